"""Entry point of `oversight`; each command's module is imported when the command is called."""

from __future__ import annotations

import importlib
import os
import sys

import click

from deploy.local.errors import LocalSetupError
from shared.cli.errors import CommandError

#: Command name to `module:attribute`.
_COMMANDS = {
    "account": "shared.cli.account:account",
    "agency": "shared.cli.agency:agency",
    "backup": "shared.cli.backup:backup",
    "board": "shared.cli.board:board",
    "demo": "shared.cli.demo:demo",
    "doctor": "shared.cli.doctor:doctor",
    "notify": "services.notify.cli:notify",
    "parked": "shared.cli.parked:parked",
    "push": "shared.cli.push:push",
    "quarantine": "shared.cli.quarantine:quarantine",
    "rebuild": "shared.cli.rebuild:rebuild",
    "resume": "shared.cli.resume:resume",
    "reorganise": "shared.cli.reorganise:reorganise",
    "serve": "shared.cli.serve:serve",
    "simulate": "shared.cli.simulate:simulate",
    "up": "shared.cli.up:up",
}


class _Lazy(click.Group):
    """Knows the names of all commands, and imports one when it is asked for."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return all names in order."""
        return sorted(_COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Import and return a command."""
        if name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="oversight")
def cli() -> None:
    """Oversight of the ISO 9001 quality management of state agencies.

    \b
    Try it:
      oversight demo                 the demonstration, until Ctrl-C
      oversight up                   the four services on this machine
      oversight push events.jsonl    send events
      oversight board                the national board
    """  # noqa: D301 - click's mark of lines that stay as they are


def main() -> None:
    """Run the command line; errors are one sentence and a hint, never a trace."""
    try:
        cli(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (CommandError, LocalSetupError) as error:
        click.echo(f"oversight: {error}", err=True)
        hint = getattr(error, "hint", "")
        if hint and hint not in str(error):
            click.echo(f"  hint: {hint}", err=True)
        sys.exit(getattr(error, "exit_code", 1))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    except Exception as error:
        # A fault of ours; whoever looks for it asks for the trace.
        if os.environ.get("OVERSIGHT_DEBUG"):
            raise
        click.echo(f"oversight: unforeseen {type(error).__name__}: {error}", err=True)
        click.echo("  hint: set OVERSIGHT_DEBUG=1 and repeat it to see where", err=True)
        sys.exit(70)


if __name__ == "__main__":
    main()

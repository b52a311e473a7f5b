"""Where RabbitMQ and Erlang are on this machine.

Debian's /usr/sbin/rabbitmq-server and rabbitmqctl are wrappers that insist on root or on the account
`rabbitmq` and on /var/lib/rabbitmq; a private node needs the plain programs behind them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import ProgramMissingError

#: Overrides the search: the directory that holds rabbitmq-server and rabbitmqctl.
SBIN_SETTING = "OVERSIGHT_RABBITMQ_SBIN"
INSTALL_HINT = "sudo apt-get install rabbitmq-server   (set-up does it by itself when run as root)"


@dataclass(frozen=True, slots=True)
class RabbitPrograms:
    """The programs of one RabbitMQ installation."""

    server: Path
    control: Path
    epmd: Path
    #: Calls into a running node in milliseconds; rabbitmqctl, which needs a second, does the same.
    erl_call: Path | None


def find_rabbitmq() -> RabbitPrograms:
    """Find RabbitMQ's plain programs.

    Raises:
        ProgramMissingError: RabbitMQ or Erlang is not installed.
    """
    sbin = next((path for path in _candidates() if (path / "rabbitmqctl").exists()), None)
    if sbin is None:
        message = "RabbitMQ is not installed"
        raise ProgramMissingError(message, hint=INSTALL_HINT)
    erts = _erts_bin()
    epmd = shutil.which("epmd") or (str(erts / "epmd") if erts else None)
    if epmd is None:
        message = "Erlang's port mapper epmd is not installed"
        raise ProgramMissingError(message, hint="sudo apt-get install erlang-base")
    call = erts / "erl_call" if erts else None
    return RabbitPrograms(
        server=sbin / "rabbitmq-server",
        control=sbin / "rabbitmqctl",
        epmd=Path(epmd),
        erl_call=call if call and call.exists() else None,
    )


def _candidates() -> Iterator[Path]:
    if setting := os.environ.get(SBIN_SETTING):
        yield Path(setting)
    for pattern in ("usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin", "opt/rabbitmq*/sbin", "usr/local/rabbitmq*/sbin"):
        yield from sorted(Path("/").glob(pattern), reverse=True)


def _erts_bin() -> Path | None:
    erl = shutil.which("erl")
    if erl is None:
        return None
    root = Path(erl).resolve().parent.parent
    return next(iter(sorted(root.glob("erts-*/bin"), reverse=True)), None)

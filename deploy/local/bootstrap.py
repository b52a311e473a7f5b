#!/usr/bin/env python3
"""Sets this machine up: `python3 deploy/local/bootstrap.py [run|test|check]`, what `make` calls before it works.

Uses the standard library alone, shows what it does, and repeats nothing that is still good. The steps are
in `setup_steps`; this file only reads the arguments and words the outcome.
"""

from __future__ import annotations

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
NEEDED_PYTHON = (3, 11)


def main(arguments: list[str]) -> int:
    """Run the steps of a profile; return the exit code."""
    if sys.version_info < NEEDED_PYTHON:
        running = ".".join(str(part) for part in sys.version_info[:3])
        print(f"Python 3.11 or newer is needed, this is {running}: make PYTHON=python3.11", file=sys.stderr)
        return 1
    sys.path.insert(0, str(PROJECT))
    # Imported late: an older Python could not even read these modules.
    from deploy.local.errors import LocalSetupError
    from deploy.local.setup_steps import PROFILES, set_up

    profile = arguments[0] if arguments else "test"
    if profile not in PROFILES or len(arguments) > 1:
        print(f"usage: bootstrap.py [{'|'.join(PROFILES)}]", file=sys.stderr)
        return 2
    try:
        set_up(PROJECT, profile)
    except LocalSetupError as error:
        print(f"\nset-up stopped: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nset-up interrupted; the next run goes on from here", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

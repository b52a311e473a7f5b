"""Runs one of the plain services: `python -m tests.bench.plain_nameko intake|board`; what `nameko run` does."""
# ruff: noqa: E402 - the patch comes first

import warnings

warnings.filterwarnings("ignore")
import eventlet

eventlet.monkey_patch()

import os
import sys

from nameko.runners import ServiceRunner

from tests.bench.plain_nameko.services import BoardService, IntakeService

_SERVICES = {"intake": IntakeService, "board": BoardService}


def main() -> None:
    """Run until killed."""
    runner = ServiceRunner(
        {
            "AMQP_URI": os.environ["PLAIN_AMQP"],
            "WEB_SERVER_ADDRESS": f"127.0.0.1:{os.environ['PLAIN_PORT']}",
            "max_workers": int(os.environ["PLAIN_WORKERS"]),
        }
    )
    runner.add_service(_SERVICES[sys.argv[1]])
    runner.start()
    runner.wait()


if __name__ == "__main__":
    main()

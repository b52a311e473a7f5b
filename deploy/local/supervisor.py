"""Starts the private broker and the four services, restarts what ends, stops only what it started."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local import service_databases
from deploy.local.errors import LocalSetupError, ProgramMissingError, ServerStartError
from deploy.local.ports import require_free
from deploy.local.processes import end, tail
from deploy.local.rabbitmq import PrivateBroker

#: In the order in which they start; the front door first, since the others copy its registry.
SERVICES = ("inspection", "documents", "audit", "notify")
READY_SECONDS = 90.0
DRAIN_SECONDS = 20.0
_POLL = 0.1
#: A service that ends again at once is started later and later, seconds.
_BACKOFF = (0.0, 0.5, 1.0, 2.0, 5.0)
_STEADY = 30.0
_DATABASE_FILES = tuple(f"{name}.db{suffix}" for name in SERVICES for suffix in ("", "-wal", "-shm"))


@dataclass(frozen=True, slots=True)
class Plan:
    """What to start, and where."""

    data: Path
    port: int = 8000
    #: PostgreSQL server; empty for embedded SQLite files under `data`.
    database_url: str = ""
    #: A broker to use; empty for a private one.
    amqp_uri: str = ""
    fresh: bool = False
    #: Further environment of the services.
    environment: dict[str, str] = field(default_factory=dict)


class Supervisor:
    """Everything that `oversight up` runs."""

    def __init__(self, plan: Plan, *, say: Callable[[str], None] = print) -> None:
        """Prepare; nothing is started."""
        self.plan = plan
        self.urls = {name: f"http://127.0.0.1:{plan.port + index}" for index, name in enumerate(SERVICES)}
        self.broker: PrivateBroker | None = None
        self.amqp_uri = plan.amqp_uri
        self._say = say
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._restarts: dict[str, list[float]] = {name: [] for name in SERVICES}
        self._stopping = threading.Event()
        self._secrets: dict[str, str] = {}

    @property
    def staff_token(self) -> str:
        """The ministry's token of this data directory."""
        return self._secrets["staff_token"]

    @property
    def pids(self) -> dict[str, int]:
        """Process ids by name, the broker's included."""
        pids = {name: process.pid for name, process in self._processes.items()}
        if self.broker is not None and self.broker.pid is not None:
            pids["broker"] = self.broker.pid
        return pids

    def process(self, service: str) -> subprocess.Popen[bytes]:
        """Return the process that runs a service now."""
        return self._processes[service]

    def start(self) -> None:
        """Start everything and wait until all services are ready.

        Raises:
            LocalSetupError: a port is taken, a program is missing, or a service does not get ready.
        """
        for index in range(len(SERVICES)):
            require_free(self.plan.port + index)
        if self.plan.fresh:
            self._wipe()
        self._keep_to_ourselves()
        self._secrets = _load_secrets(self.plan.data / "secrets.json")
        try:
            self._start_broker()
            if self.plan.database_url:
                service_databases.create(self.plan.database_url, SERVICES)
            for name in SERVICES:
                self._spawn(name)
            self._write_run_file()
            self._await_ready()
        except BaseException:
            self.stop()
            raise

    def watch(self) -> None:
        """Restart what ends until `stop`, SIGTERM or Ctrl-C."""
        previous = signal.signal(signal.SIGTERM, lambda *_: self._stopping.set())
        try:
            while not self._stopping.wait(_POLL):
                self.check()
        except KeyboardInterrupt:
            pass
        finally:
            signal.signal(signal.SIGTERM, previous)

    def check(self) -> None:
        """Start again whatever has ended since the last look."""
        for name, process in list(self._processes.items()):
            if process.poll() is not None and self._due(name):
                self._say(f"{name} ended with status {process.returncode}; starting it again")
                self._spawn(name)
                self._write_run_file()
        if self.broker is not None and self.broker.pid is None:
            self._say("the broker ended; starting it again")
            with contextlib.suppress(ServerStartError):
                self.broker.start()
                self._write_run_file()

    def stop(self) -> None:
        """Stop what was started: services drain first, the broker last."""
        self._stopping.set()
        for process in self._processes.values():
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        deadline = time.monotonic() + DRAIN_SECONDS + 5
        for process in self._processes.values():
            end(process, ((signal.SIGTERM, max(0.1, deadline - time.monotonic())), (signal.SIGKILL, 5.0)))
        self._processes.clear()
        if self.broker is not None:
            self.broker.stop()
        (self.plan.data / "run.json").unlink(missing_ok=True)

    # -- parts --------------------------------------------------------------------------------------

    def _keep_to_ourselves(self) -> None:
        """Let nobody else read what was written before; what the services write from now on is private by their umask.

        The data directory itself stays open: the broker's account has to pass through it.
        """
        logs = self.plan.data / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        logs.chmod(0o700)
        for name in _DATABASE_FILES:
            with contextlib.suppress(FileNotFoundError):
                (self.plan.data / name).chmod(0o600)

    def _wipe(self) -> None:
        for name in _DATABASE_FILES:
            (self.plan.data / name).unlink(missing_ok=True)
        # Where the broker's account cannot reach the data directory, this is a link to a place that it can reach.
        shutil.rmtree((self.plan.data / "rabbitmq").resolve(), ignore_errors=True)
        if self.plan.database_url:
            service_databases.drop(self.plan.database_url, SERVICES)

    def _start_broker(self) -> None:
        if self.plan.amqp_uri:
            return
        try:
            self.broker = PrivateBroker(self.plan.data / "rabbitmq")
        except ProgramMissingError as error:
            self._say(f"\033[1mNo RabbitMQ on this machine: running on the feeds, without a broker.\033[0m {error}")
            return
        self._say("starting the private broker …")
        self.amqp_uri = self.broker.start()

    def _spawn(self, name: str) -> None:
        log = self.plan.data / "logs" / f"{name}.log"
        with log.open("ab") as output:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", "shared.runner", name],
                env=self._environment(name),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                umask=0o077,
            )
        self._restarts[name].append(time.monotonic())

    def _due(self, name: str) -> bool:
        lately = [when for when in self._restarts[name] if time.monotonic() - when < _STEADY]
        self._restarts[name] = lately
        pause = _BACKOFF[min(len(lately), len(_BACKOFF)) - 1] if lately else 0.0
        return not lately or time.monotonic() - lately[-1] >= pause

    def _environment(self, name: str) -> dict[str, str]:
        database = f"sqlite:///{self.plan.data / name}.db"
        if self.plan.database_url:
            database = service_databases.url_of(self.plan.database_url, name)
        return {
            **os.environ,
            "PYTHONUNBUFFERED": "1",
            # glibc gives each native thread a heap of its own; two for all keep a service's memory down. So does it to map
            # large blocks one by one: by itself it puts them into the heap after some have been freed.
            "MALLOC_ARENA_MAX": "2",
            "MALLOC_MMAP_THRESHOLD_": "131072",
            **{f"OVERSIGHT_PEER_{peer.upper()}": url for peer, url in self.urls.items()},
            "OVERSIGHT_DATABASE_URL": database,
            "OVERSIGHT_AMQP_URI": self.amqp_uri,
            "OVERSIGHT_PORT": str(self.plan.port + SERVICES.index(name)),
            "OVERSIGHT_STAFF_TOKEN": self._secrets["staff_token"],
            "OVERSIGHT_SERVICE_TOKEN": self._secrets["service_token"],
            "OVERSIGHT_SECRET_KEY": self._secrets["secret_key"],
            "OVERSIGHT_DRAIN_SECONDS": str(DRAIN_SECONDS),
            **self.plan.environment,
        }

    def _write_run_file(self) -> None:
        content = {
            "services": self.urls,
            "staff_token": self._secrets["staff_token"],
            "service_token": self._secrets["service_token"],
            "amqp_uri": self.amqp_uri,
            "pids": self.pids,
            "supervisor": os.getpid(),
        }
        _write_private(self.plan.data / "run.json", json.dumps(content, indent=1))

    def _await_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        waiting = list(SERVICES)
        self._say("starting the services …")
        while waiting:
            waiting = [name for name in waiting if not _ready(self.urls[name])]
            # Also of those that seem ready: whatever answers there may be another program's.
            failed = [name for name in SERVICES if self._processes[name].poll() is not None]
            if failed or time.monotonic() > deadline:
                name = failed[0] if failed else waiting[0]
                raise ServerStartError(
                    f"the service {name} did not get ready; the end of its log:\n"
                    + tail(self.plan.data / "logs" / f"{name}.log"),
                    hint="mend what the log says and start again",
                )
            time.sleep(_POLL)


def _ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:  # noqa: S310 - our own loopback address
            return int(answer.status) == 200  # noqa: PLR2004
    except (urllib.error.URLError, OSError):
        return False


def _load_secrets(path: Path) -> dict[str, str]:
    """Return the tokens of a data directory; made once, so that restarts keep sessions and clients working."""
    try:
        kept: dict[str, str] = json.loads(path.read_text())
    except FileNotFoundError:
        kept = {name: secrets.token_urlsafe(32) for name in ("staff_token", "service_token", "secret_key")}
        _write_private(path, json.dumps(kept))
    except ValueError as error:
        raise LocalSetupError(f"{path} cannot be read", hint="delete it; new tokens are made") from error
    return kept


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    temporary = path.with_suffix(".tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    temporary.replace(path)

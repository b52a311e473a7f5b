"""RabbitMQ's definitions file, made from the topology: `python -m deploy.rabbitmq.definitions [SECRETS FILE]`.

Without arguments it prints what stands in `definitions.json`: users that cannot sign in yet. With a directory of secrets
(a file `{service}_amqp_password` for each service, and `monitoring_amqp_password`) it writes the same with their hashes to
a file; that form is made at start and never stored in the repository. One user per service, with exactly the rights that its code uses:

- *configure*: its own queues, and the shared exchanges and catching queues, which every service declares so that a wiped
  broker needs nobody;
- *write*: to its queues (binding), to `qms.events`, and there only under routing keys that begin with its own name; to the
  exchanges that take dead letters and what nobody has bound; to the default exchange, for answers to pushes over AMQP;
- *read*: its queues, and the exchanges that it binds them to.
"""

from __future__ import annotations

import base64
import json
import secrets
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from shared.messaging import topology

SERVICES = ("inspection", "documents", "audit", "notify")
VHOST = "/"
#: Reads numbers and nothing else: what Prometheus and people at the management page use.
MONITORING = "monitoring"
STORED = Path(__file__).with_name("definitions.json")

_SHARED = (topology.DEAD, topology.UNROUTED, topology.EVENTS, topology.INTAKE, topology.INTAKE_UNKNOWN)
_CATCHING = tuple(f"{name}.v{topology.REVISION}" for name in (topology.DEAD, topology.UNROUTED))
_REPLIES = "amq.default"
#: Queues of third parties must not fill the disk when their owner is gone: length, and days without a reader.
_THIRD_PARTY_MESSAGES = 1_000_000
_THIRD_PARTY_DAYS = 14
_DAY_MS = 86_400_000


class _Recording:
    """A channel that notes what the topology declares."""

    def __init__(self) -> None:
        self.exchanges: dict[str, dict[str, Any]] = {}
        self.queues: dict[str, dict[str, Any]] = {}
        self.bindings: list[dict[str, Any]] = []

    def exchange_declare(self, name: str, kind: str, **options: Any) -> None:
        self.exchanges[name] = {"name": name, "type": kind, "internal": False, **options}

    def queue_declare(self, name: str, *, exclusive: bool, **options: Any) -> None:
        if exclusive:
            raise ValueError(name)
        self.queues[name] = {"name": name, **options}

    def queue_bind(
        self, queue: str, exchange: str, routing_key: str, arguments: Mapping[str, Any] | None = None
    ) -> None:
        bound = {
            "source": exchange,
            "destination": queue,
            "destination_type": "queue",
            "routing_key": routing_key,
            "arguments": dict(arguments or {}),
        }
        if bound not in self.bindings:
            self.bindings.append(bound)


def definitions(passwords: Mapping[str, str] | None = None, *, vhost: str = VHOST) -> dict[str, Any]:
    """Return the definitions; `passwords` by user, without them nobody can sign in."""
    declared = _Recording()
    # What all share; each service declares its own queues, whose bindings follow the catalogue of event types.
    topology.declare_exchanges(declared)
    here = {"vhost": vhost}
    users = [*SERVICES, MONITORING]
    return {
        "vhosts": [{"name": vhost}],
        "users": [_user(name, (passwords or {}).get(name)) for name in users],
        "permissions": [{"user": name, **here, **rights(name)} for name in SERVICES]
        + [{"user": MONITORING, **here, "configure": "^$", "write": "^$", "read": "^$"}],
        "topic_permissions": [
            {"user": name, **here, "exchange": topology.EVENTS, "write": rf"^{name}\.", "read": ".*"}
            for name in SERVICES
        ],
        "policies": [
            {
                "name": "third-parties",
                **here,
                "pattern": rf"^(?!({'|'.join(SERVICES)}|qms)\.)",
                "apply-to": "queues",
                "priority": 0,
                "definition": {
                    "max-length": _THIRD_PARTY_MESSAGES,
                    "overflow": "drop-head",
                    "expires": _THIRD_PARTY_DAYS * _DAY_MS,
                },
            }
        ],
        "exchanges": [{**one, **here} for one in declared.exchanges.values()],
        "queues": [{**one, **here} for one in declared.queues.values()],
        "bindings": [{**one, **here} for one in declared.bindings],
    }


def rights(service: str) -> dict[str, str]:
    """Return the regular expressions of what a service's user may configure, write and read."""
    own = rf"{service}\..+"
    passing = (topology.EVENTS, topology.DEAD, topology.UNROUTED, topology.INTAKE_UNKNOWN)
    return {
        "configure": _pattern(own, *_SHARED, *_CATCHING),
        "write": _pattern(own, *passing, *_CATCHING, _REPLIES),
        "read": _pattern(own, *_SHARED),
    }


def _pattern(own: str, *names: str) -> str:
    return f"^({own}|{'|'.join(name.replace('.', chr(92) + '.') for name in names)})$"


def _user(name: str, password: str | None) -> dict[str, Any]:
    return {
        "name": name,
        "password_hash": "" if password is None else hashed(password),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": ["monitoring"] if name == MONITORING else [],
    }


def hashed(password: str) -> str:
    """Return a salted hash as RabbitMQ stores it (https://www.rabbitmq.com/docs/passwords)."""
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + sha256(salt + password.encode()).digest()).decode()


def read_passwords(directory: Path) -> dict[str, str]:
    """Return the passwords by user from a directory of secrets.

    Raises:
        FileNotFoundError: one is missing.
    """
    return {name: (directory / f"{name}_amqp_password").read_text().strip() for name in (*SERVICES, MONITORING)}


def text(passwords: Mapping[str, str] | None = None) -> str:
    """Return the file's text."""
    return json.dumps(definitions(passwords), indent=1) + "\n"


def main(arguments: list[str]) -> int:
    """Print the definitions, or write them with the hashes of `SECRETS` to `FILE`."""
    if not arguments:
        sys.stdout.write(text())
    else:
        secrets_directory, file = arguments
        Path(file).write_text(text(read_passwords(Path(secrets_directory))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

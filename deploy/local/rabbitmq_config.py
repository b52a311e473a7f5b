"""The configuration and environment of a private RabbitMQ node; written anew at every start."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.local.accounts import Account, give
from deploy.local.ports import LOOPBACK

if TYPE_CHECKING:
    from deploy.local.rabbitmq import NodeIdentity

#: The same for all private nodes: each has a port mapper of its own, so names cannot clash, and data
#: (whose directory Mnesia ties to the node name) survives a change of ports.
NODE_NAME = "oversight@localhost"
DATA = "data"

# The write-ahead log of quorum queues is mirrored in memory until it rolls over; 512 MiB is the default.
CONFIGURATION = """\
listeners.tcp.1 = {loopback}:{port}
default_user = {user}
default_pass = {password}
default_user_tags.administrator = true
default_permissions.configure = .*
default_permissions.read = .*
default_permissions.write = .*
raft.wal_max_size_bytes = 67108864
max_message_size = 16777216
disk_free_limit.absolute = 200MB
log.console = true
log.console.level = info
log.file = false
"""

# Names resolve without /etc/hosts, which a bare machine may lack.
NAME_RESOLUTION = '{host, {127,0,0,1}, ["localhost"]}.\n{lookup, [file, native]}.\n'

# Two schedulers and no busy waiting: tests and demonstrations share the machine with the services.
ERLANG_ARGUMENTS = (
    "+S 2:2 +SDio 8 +A 8 +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"
)


def prepare(directory: Path, identity: NodeIdentity, account: Account | None) -> dict[str, str]:
    """Write the node's files and return the environment to start it with."""
    configuration = CONFIGURATION.format(
        loopback=LOOPBACK, port=identity.port, user=identity.user, password=identity.password
    )
    files = {
        "rabbitmq.conf": configuration,
        "enabled_plugins": "[].\n",
        "inetrc": NAME_RESOLUTION,
        "rabbitmq-env.conf": "",
    }
    for name, text in files.items():
        path = directory / name
        path.write_text(text)
        give(path, account)
    _write_cookie(directory / ".erlang.cookie", identity.cookie, account)
    data = directory / DATA
    data.mkdir(exist_ok=True)
    give(data, account, 0o700)
    return environment(directory, identity)


def environment(directory: Path, identity: NodeIdentity) -> dict[str, str]:
    """Return an environment in which RabbitMQ's programs see this node and nothing of the system's own."""
    foreign = ("RABBITMQ_", "ERL_", "NOTIFY_SOCKET", "LISTEN_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return kept | {
        "HOME": str(directory),
        "LANG": "C.UTF-8",
        "ERL_EPMD_PORT": str(identity.epmd_port),
        "ERL_EPMD_ADDRESS": LOOPBACK,
        "ERL_INETRC": str(directory / "inetrc"),
        "ERL_CRASH_DUMP_SECONDS": "0",
        "RABBITMQ_NODENAME": NODE_NAME,
        "RABBITMQ_BASE": str(directory),
        "RABBITMQ_MNESIA_DIR": str(directory / DATA / "mnesia"),
        "RABBITMQ_MNESIA_BASE": str(directory / DATA),
        "RABBITMQ_LOG_BASE": str(directory),
        "RABBITMQ_CONFIG_FILE": str(directory / "rabbitmq.conf"),
        "RABBITMQ_CONF_ENV_FILE": str(directory / "rabbitmq-env.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(directory / "enabled_plugins"),
        "RABBITMQ_PID_FILE": str(directory / "rabbitmq.pid"),
        "RABBITMQ_LOG": "info,-color",
        "RABBITMQ_DIST_PORT": str(identity.distribution_port),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": ERLANG_ARGUMENTS,
        # Makes the start script become Erlang itself instead of waiting for it, so that our child is the node.
        "RUNNING_UNDER_SYSTEMD": "true",
    }


def _write_cookie(path: Path, cookie: str, account: Account | None) -> None:
    path.unlink(missing_ok=True)
    path.write_text(cookie)
    give(path, account, 0o400)

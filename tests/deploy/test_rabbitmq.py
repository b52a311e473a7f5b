"""A real node with production's configuration: TLS, users from the definitions that are made from the secrets, nobody else."""

from __future__ import annotations

import socket
import ssl

import pytest

from deploy import secrets
from deploy.local import rabbitmq_config
from deploy.local.ports import free_ports
from deploy.local.rabbitmq import PrivateBroker
from deploy.rabbitmq import definitions
from shared.messaging import topology
from shared.messaging.broker import close_quietly, connect, open_channel
from tests.deploy.files import DEPLOY

pytestmark = pytest.mark.slow


@pytest.fixture
def node(server_slot, monkeypatch):
    """Give the directory of secrets, and the TLS port of a node that was started with them."""
    broker = PrivateBroker(server_slot.fresh_directory("production-rabbitmq"))
    # Where the broker's account can read: the checkout may lie where it cannot.
    folder = broker.directory
    made = folder / "secrets"
    secrets.make(made)
    made.chmod(0o755)
    definitions.main([str(made), str(folder / "definitions.json")])
    (folder / "definitions.json").chmod(0o644)
    (port,) = free_ports(1)
    text = (DEPLOY / "rabbitmq" / "rabbitmq.conf").read_text()
    for ours, here in (
        ("listeners.tcp = none\n", "listeners.tcp.1 = {loopback}:{port}\n"),
        ("listeners.ssl.default = 5671", f"listeners.ssl.1 = 127.0.0.1:{port}"),
        ("/run/secrets/", f"{made}/"),
        ("/etc/rabbitmq/definitions/definitions.json", f"{folder}/definitions.json"),
    ):
        assert ours in text
        text = text.replace(ours, here)
    monkeypatch.setattr(rabbitmq_config, "CONFIGURATION", text)
    monkeypatch.setenv("SSL_CERT_FILE", str(made / "internal_ca"))
    with broker:
        yield made, port, broker


def test_a_service_finds_its_broker_by_certificate_and_password(node, monkeypatch):
    made, port, started = node
    uri = (made / "audit_amqp_uri").read_text().replace(":5671", f":{port}")
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(uri.replace("@rabbitmq:", "@localhost:"), name="test")
    look_up = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *rest, **more: look_up("127.0.0.1" if host == "rabbitmq" else host, *rest, **more),
    )
    connection = connect(uri, name="test")
    assert connection.transport.sock.version() == "TLSv1.3"
    topology.declare(open_channel(connection), "audit")
    close_quietly(connection)
    users = started.evaluate(
        "[binary_to_list(proplists:get_value(user, U)) || U <- rabbit_auth_backend_internal:list_users()]"
    )
    assert {name for name in (*definitions.SERVICES, definitions.MONITORING, "guest") if f'"{name}"' in users} == {
        *definitions.SERVICES,
        definitions.MONITORING,
    }

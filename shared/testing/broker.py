"""Pytest fixtures for a real RabbitMQ: one private node per test process, one virtual host per test."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.rabbitmq import PrivateBroker
from shared.testing.server_slots import ServerSlot

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def server_slot() -> Iterator[ServerSlot]:
    """Directory of this test process for its servers; kept between runs, never shared between processes."""
    slot = ServerSlot(PROJECT / ".oversight" / "test-servers")
    yield slot
    slot.release()


@pytest.fixture(scope="session")
def session_broker(server_slot: ServerSlot) -> Iterator[PrivateBroker]:
    """Give the node that all tests of this process share; it starts with the first test that needs it."""
    broker = PrivateBroker(server_slot.directory / "rabbitmq")
    broker.wipe()
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def broker(session_broker: PrivateBroker) -> PrivateBroker:
    """Give the running shared node; brought back first if the test before stopped or killed it."""
    session_broker.start()
    return session_broker


@pytest.fixture
def amqp_uri(broker: PrivateBroker) -> Iterator[str]:
    """Give the address of a virtual host that only this test uses; deleted after it."""
    vhost = f"test-{uuid.uuid4().hex[:12]}"
    yield broker.add_vhost(vhost)
    broker.start()
    broker.delete_vhost(vhost)


@pytest.fixture
def own_broker(server_slot: ServerSlot) -> Iterator[PrivateBroker]:
    """Give a node that this test alone may stop, kill and wipe; it is running."""
    with PrivateBroker(server_slot.fresh_directory("own-rabbitmq")) as node:
        yield node

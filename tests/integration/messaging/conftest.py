"""A source service `documents` with its log and feed, and a consumer's database of the service `inspection`."""

from __future__ import annotations

import pytest

from shared.database.engine import open_database
from shared.eventstore.sql import SqlEventStore
from shared.eventstore.tables import KERNEL
from shared.messaging.feed_client import HttpFeed
from tests.integration.messaging.parts import CountingConsumer, FeedServer


@pytest.fixture
def source_database(tmp_path):
    opened = open_database(f"sqlite:///{tmp_path / 'documents.db'}")
    opened.write(KERNEL.create_all)
    yield opened
    opened.close()


@pytest.fixture
def store(source_database):
    return SqlEventStore(source_database, "documents")


@pytest.fixture
def database(tmp_path):
    """Give the consumer's database on SQLite."""
    opened = open_database(f"sqlite:///{tmp_path / 'inspection.db'}")
    opened.write(KERNEL.create_all)
    yield opened
    opened.close()


@pytest.fixture
def feed_server(store):
    server = FeedServer(store)
    yield server
    server.close()


@pytest.fixture
def feed(feed_server):
    return HttpFeed({"documents": feed_server.url}, FeedServer.token)


@pytest.fixture
def consumer(database):
    made = CountingConsumer("documents")
    database.write(made.tables.create_all)
    return made

"""Pytest fixtures for fresh databases: SQLite files and databases in a private PostgreSQL cluster."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.postgres import PrivateCluster
from shared.testing.server_slots import ServerSlot


@pytest.fixture(scope="session")
def session_cluster(server_slot: ServerSlot) -> Iterator[PrivateCluster]:
    """Give the cluster that all tests of this process share; it starts with the first test that needs it."""
    cluster = PrivateCluster(server_slot.directory / "postgres")
    cluster.start()
    # A run that was killed could not drop its databases.
    for name in cluster.databases():
        cluster.drop_database(name)
    yield cluster
    cluster.stop()


@pytest.fixture
def postgres_cluster(session_cluster: PrivateCluster) -> PrivateCluster:
    """Give the running shared cluster; brought back first if the test before stopped or killed it."""
    session_cluster.start()
    return session_cluster


@pytest.fixture
def own_postgres_cluster(server_slot: ServerSlot) -> Iterator[PrivateCluster]:
    """Give a cluster that this test alone may stop and kill; it is running."""
    with PrivateCluster(server_slot.fresh_directory("own-postgres")) as cluster:
        yield cluster


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Give the address of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'fresh.db'}"


@pytest.fixture
def postgres_url(postgres_cluster: PrivateCluster) -> Iterator[str]:
    """Give the address of an empty PostgreSQL database; dropped after the test."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield postgres_cluster.create_database(name)
    postgres_cluster.start()
    postgres_cluster.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Run the test twice: on a fresh SQLite file and on a fresh PostgreSQL database."""
    fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    address: str = request.getfixturevalue(fixture)
    return address

"""First form of the kernel's tables; `shared/eventstore/tables.py` says what they are for."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    _create_log()
    _create_quarantine()
    _create_readers()
    _create_registry_copy()


def _create_log() -> None:
    _table(
        "log_head",
        _key("partition", sa.SmallInteger),
        _text("epoch"),
        _big("position"),
        _big("recorded_at"),
        postgresql_with={"fillfactor": "10"},
    )
    _table(
        "events",
        _key("partition", sa.SmallInteger),
        _key("position", sa.BigInteger),
        _blob("key"),
        _blob("stream"),
        _integer("stream_version"),
        *map(_text, ("type", "source", "agency_id", "subject", "event_id")),
        *map(_big, ("occurred_at", "received_at", "recorded_at")),
        *map(_text, ("provenance", "asserter")),
        _blob("body"),
        _blob("digest"),
        sa.UniqueConstraint("key", name="uq_events_key"),
        sa.UniqueConstraint("stream", "stream_version", name="uq_events_stream"),
    )
    _table(
        "stream_states",
        _key("stream", sa.LargeBinary),
        _text("aggregate"),
        _text("stream_id"),
        _integer("version"),
        _big("last_occurred_at"),
        sa.Column("inconsistent", sa.Boolean, nullable=False),
        _blob("state"),
        postgresql_with={"fillfactor": "70"},
    )


def _create_quarantine() -> None:
    _table(
        "quarantine",
        sa.Column("seq", _SERIAL, primary_key=True, autoincrement=True),
        _blob("key"),
        *map(_text, ("id", "source", "event_id", "type", "agency_id", "asserter", "status", "code", "pointer")),
        *map(_text, ("hint_vi", "hint_en")),
        sa.Column("waits_on", sa.LargeBinary, nullable=True),
        *map(_big, ("received_at", "first_received_at")),
        _integer("attempts"),
        _blob("digest"),
        _blob("raw"),
        sa.Column("settled_at", sa.BigInteger, nullable=True),
        sa.Column("settled_as", sa.Text, nullable=True),
        sa.UniqueConstraint("key", name="uq_quarantine_key"),
        sa.UniqueConstraint("id", name="uq_quarantine_id"),
    )
    op.create_index("ix_quarantine_waits_on", "quarantine", ["waits_on"])
    op.create_index("ix_quarantine_agency_id_status", "quarantine", ["agency_id", "status"])
    op.create_index("ix_quarantine_source", "quarantine", ["source"])
    _table(
        "derived_events",
        sa.Column("seq", _SERIAL, primary_key=True, autoincrement=True),
        _blob("key"),
        _blob("payload"),
        sa.UniqueConstraint("key", name="uq_derived_events_key"),
    )


def _create_readers() -> None:
    _table(
        "cursors",
        _key("name", sa.Text),
        _key("partition", sa.SmallInteger),
        _big("position"),
        postgresql_with={"fillfactor": "50"},
    )
    _table(
        "subscriptions",
        _key("consumer", sa.Text),
        _key("version", sa.Integer),
        _key("source", sa.Text),
        _key("partition", sa.SmallInteger),
        _text("epoch"),
        _big("position"),
        _big("recorded_at"),
        postgresql_with={"fillfactor": "50"},
    )
    _table(
        "parked_events",
        _key("consumer", sa.Text),
        _key("version", sa.Integer),
        _key("source", sa.Text),
        _key("partition", sa.SmallInteger),
        _key("position", sa.BigInteger),
        *map(_text, ("stream", "type", "agency_id", "reason", "detail")),
        _integer("attempts"),
        _big("parked_at"),
        _blob("body"),
        sa.Column("replayed_at", sa.BigInteger, nullable=True),
    )
    op.create_index("ix_parked_events_stream", "parked_events", ["consumer", "version", "stream"])


def _create_registry_copy() -> None:
    _table("registry_agencies", _key("agency_id", sa.Text), _blob("state"), _big("position"))
    _table(
        "registry_credentials",
        _key("key_id", sa.Text),
        _text("agency_id"),
        _text("key_hash"),
        sa.Column("amqp_user", sa.Text, nullable=True),
        sa.Column("revoked_at", sa.BigInteger, nullable=True),
        _big("position"),
    )
    op.create_index("ix_registry_credentials_amqp_user", "registry_credentials", ["amqp_user"])
    _table("registry_head", _key("id", sa.SmallInteger), _big("version"))


def _table(name: str, *items: Any, **options: Any) -> None:
    """Create a table whose primary key is named as everywhere."""
    keys = [item.name for item in items if isinstance(item, sa.Column) and item.primary_key]
    for item in items:
        if isinstance(item, sa.Column):
            item.primary_key = False
    op.create_table(name, *items, sa.PrimaryKeyConstraint(*keys, name=f"pk_{name}"), **options)


def _key(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _big(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def _integer(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _blob(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=False)

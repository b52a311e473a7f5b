"""The kernel's tables, the same in every service's database.

Instants are microseconds since the epoch (UTC); keys are 16 bytes (`shared.ids`); everything log-like has a
`partition`, 0 while there is one.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

KERNEL = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

#: SQLite numbers rows by itself only in a column declared exactly INTEGER.
_SERIAL = BigInteger().with_variant(Integer(), "sqlite")


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _instant(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


def _blob(name: str, *, nullable: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=nullable)


#: The counter of each partition: its row lock is what puts appends in order.
log_head = Table(
    "log_head",
    KERNEL,
    Column("partition", SmallInteger, primary_key=True, autoincrement=False),
    _text("epoch"),
    Column("position", BigInteger, nullable=False),
    _instant("recorded_at"),
    # Room for new versions of the row on its own page, since every append makes one.
    postgresql_with={"fillfactor": "10"},
)

#: The log. Few indexes: it is read by position, looked up by key, folded by stream, and nothing else.
events = Table(
    "events",
    KERNEL,
    Column("partition", SmallInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    _blob("key"),
    _blob("stream"),
    Column("stream_version", Integer, nullable=False),
    _text("type"),
    _text("source"),
    _text("agency_id"),
    _text("subject"),
    _text("event_id"),
    _instant("occurred_at"),
    _instant("received_at"),
    _instant("recorded_at"),
    _text("provenance"),
    _text("asserter"),
    _blob("body"),
    _blob("digest"),
    UniqueConstraint("key", name="uq_events_key"),
    UniqueConstraint("stream", "stream_version", name="uq_events_stream"),
)

stream_states = Table(
    "stream_states",
    KERNEL,
    Column("stream", LargeBinary, primary_key=True),
    _text("aggregate"),
    _text("stream_id"),
    Column("version", Integer, nullable=False),
    _instant("last_occurred_at"),
    Column("inconsistent", Boolean, nullable=False),
    _blob("state"),
    postgresql_with={"fillfactor": "70"},
)

_WAITING = text("settled_at IS NULL AND status = 'waiting'")

#: Refused and waiting items, kept after they are settled; `seq` is the order of arrival.
quarantine = Table(
    "quarantine",
    KERNEL,
    Column("seq", _SERIAL, primary_key=True, autoincrement=True),
    _blob("key"),
    _text("id"),
    _text("source"),
    _text("event_id"),
    _text("type"),
    _text("agency_id"),
    _text("asserter"),
    _text("status"),
    _text("code"),
    _text("pointer"),
    _text("hint_vi"),
    _text("hint_en"),
    _blob("waits_on", nullable=True),
    _instant("received_at"),
    _instant("first_received_at"),
    Column("attempts", Integer, nullable=False),
    _blob("digest"),
    _blob("raw"),
    _instant("settled_at", nullable=True),
    Column("settled_as", Text, nullable=True),
    UniqueConstraint("key", name="uq_quarantine_key"),
    UniqueConstraint("id", name="uq_quarantine_id"),
    Index("ix_quarantine_waits_on", "waits_on"),
    Index("ix_quarantine_agency_id_status", "agency_id", "status"),
    Index("ix_quarantine_source", "source"),
    # The oldest of those that wait.
    Index("ix_quarantine_first_received_at", "first_received_at", postgresql_where=_WAITING, sqlite_where=_WAITING),
)

#: Waiting items of which it has been said that they are overdue; a row goes when it has been said that they wait no more.
overdue_items = Table(
    "overdue_items",
    KERNEL,
    Column("key", LargeBinary, primary_key=True),
    _text("id"),
    _text("source"),
    _text("agency_id"),
    _text("event_id"),
    _instant("announced_at"),
)

#: Events of policies on their way to the committer.
derived_events = Table(
    "derived_events",
    KERNEL,
    Column("seq", _SERIAL, primary_key=True, autoincrement=True),
    _blob("key"),
    _blob("payload"),
    UniqueConstraint("key", name="uq_derived_events_key"),
)

#: How far readers of the own log have come (the relay).
cursors = Table(
    "cursors",
    KERNEL,
    Column("name", Text, primary_key=True),
    Column("partition", SmallInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
    postgresql_with={"fillfactor": "50"},
)

#: How far each consumer has applied each source's log.
subscriptions = Table(
    "subscriptions",
    KERNEL,
    Column("consumer", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("source", Text, primary_key=True),
    Column("partition", SmallInteger, primary_key=True, autoincrement=False),
    _text("epoch"),
    Column("position", BigInteger, nullable=False),
    _instant("recorded_at"),
    postgresql_with={"fillfactor": "50"},
)

#: Sets of tables of consumers that may have several side by side; none: the one of the running program serves alone.
projection_generations = Table(
    "projection_generations",
    KERNEL,
    Column("consumer", Text, primary_key=True),
    #: As in `subscriptions`.
    Column("version", Integer, primary_key=True, autoincrement=False),
    #: building, serving, former, dropping.
    _text("state"),
    _instant("started_at"),
    _instant("switched_at", nullable=True),
    #: Where its events come from at first: `copy` (the inbox of the one that serves, where there is one) or `logs`.
    _text("filled_from"),
    #: When a comparison with the serving one was asked for; null: none is wanted.
    _instant("compare_at", nullable=True),
    #: JSON of the last comparison, or of how far the filling is.
    Column("report", LargeBinary, nullable=True),
)

#: Events that a consumer could not apply, with the later ones of their streams; `body` is the wire form.
parked_events = Table(
    "parked_events",
    KERNEL,
    Column("consumer", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("source", Text, primary_key=True),
    Column("partition", SmallInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    _text("stream"),
    _text("type"),
    _text("agency_id"),
    _text("reason"),
    _text("detail"),
    Column("attempts", Integer, nullable=False),
    _instant("parked_at"),
    _blob("body"),
    _instant("replayed_at", nullable=True),
    Index("ix_parked_events_stream", "consumer", "version", "stream"),
)

#: Copy of the agencies, folded from the registry's events (source: inspection).
registry_agencies = Table(
    "registry_agencies",
    KERNEL,
    Column("agency_id", Text, primary_key=True),
    _blob("state"),
    Column("position", BigInteger, nullable=False),
)

registry_credentials = Table(
    "registry_credentials",
    KERNEL,
    Column("key_id", Text, primary_key=True),
    _text("agency_id"),
    _text("key_hash"),
    Column("amqp_user", Text, nullable=True),
    _instant("revoked_at", nullable=True),
    Column("position", BigInteger, nullable=False),
    Index("ix_registry_credentials_amqp_user", "amqp_user"),
)

#: One row; `version` moves with every change of the copy, so that caches notice.
registry_head = Table(
    "registry_head",
    KERNEL,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
)

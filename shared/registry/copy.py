"""Reads the registry copy, with bounded caches that notice every change of it."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, select

from shared.database.bulk import fetch_rows, select_by_keys
from shared.database.engine import Database
from shared.eventstore.tables import registry_agencies, registry_credentials, registry_head
from shared.registry import ancestry
from shared.registry.inheritance import Inheritance, Thing
from shared.registry.record import AgencyRecord
from shared.registry.tables import registry_inheritances

#: Records kept in memory (some 5 KB each).
_CACHED = 6000
#: Seconds for which what is cached counts as good without a look whether the copy has moved on. What this process
#: applies itself is noticed at once, and what a caller was told of the registry by `reach`.
_CHECK = 0.1
_HEAD = f"SELECT version FROM {registry_head.name}"  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class Credential:
    """A key of an agency; only the digest of its secret is known."""

    key_id: str
    agency_id: str
    #: SHA-256 of the secret, lower-case hexadecimal.
    key_hash: str
    #: User of the broker that pushes for this agency, if one is bound.
    amqp_user: str | None
    #: Instant since when it is no longer valid; None while it is.
    revoked_at: int | None

    @property
    def revoked(self) -> bool:
        """Return whether the key has been withdrawn."""
        return self.revoked_at is not None


class RegistryCopy:
    """The agencies and credentials as this service knows them now."""

    def __init__(self, database: Database) -> None:
        """Read from the service's own database."""
        self._database = database
        self._cache: OrderedDict[str, AgencyRecord] = OrderedDict()
        self._credentials: dict[str, Credential] = {}
        self._version = -1
        self._checked = 0.0
        self._pulls = 0
        self._lock = threading.Lock()
        #: Position of the last registry event that this process has written itself; 0 in other services.
        self.published = 0
        #: Brings the copy up to the registry's head at once; returns whether anything came. Set by the assembly.
        self.pull: Callable[[], bool] = lambda: False

    def changed(self, agency_ids: Iterable[str]) -> None:
        """Forget cached records; called by the projection in this process after its commit."""
        for agency_id in agency_ids:
            self._cache.pop(agency_id, None)
        self._credentials.clear()

    def catch_up(self) -> bool:
        """Bring the copy up to what the registry has published by now; tell whether anything may have come.

        Called when an agency or a key is unknown, so that one that was registered a moment ago is found. Those who
        ask at the same time share one pull; none is served by a pull that began before it asked.
        """
        asked = self._pulls
        with self._lock:
            if self._pulls > asked:
                return True
            self._pulls += 1
            found = self.pull()
        self._look()
        return found

    def reach(self, position: int) -> None:
        """Wait until the copy holds the registry's event at a position, or that takes too long."""
        if position > self._version:
            self._look()
        if position > self._version:
            self.catch_up()

    def _is_fresh(self) -> bool:
        return time.monotonic() - self._checked < _CHECK

    def _look(self) -> None:
        """Ask whether the copy has moved on; whoever comes meanwhile goes on with what is cached."""
        self._checked = time.monotonic()
        self._notice(self._database.look(_version))

    def _notice(self, version: int) -> None:
        """Forget what is cached if the copy has moved on, by whichever process of this service."""
        self._checked = time.monotonic()
        if version != self._version:
            self._cache.clear()
            self._credentials.clear()
            self._version = version

    def agencies(self, ids: Iterable[str]) -> dict[str, AgencyRecord]:
        """Return the known ones of these agencies by id; one query for those not cached."""
        wanted = set(ids)
        found = {agency_id: self._cache[agency_id] for agency_id in wanted if agency_id in self._cache}
        missing = sorted(wanted - found.keys())
        if not missing and self._is_fresh():
            return found
        self._checked = time.monotonic()
        version, rows = self._database.look(lambda connection: _read(connection, missing))
        moved = version != self._version
        self._notice(version)
        if moved and found:
            return self.agencies(wanted)
        for agency_id, state in rows:
            found[agency_id] = self._remember(AgencyRecord(**orjson.loads(state)))
        return found

    def agency(self, agency_id: str) -> AgencyRecord | None:
        """Return an agency, None where it is not known."""
        return self.agencies([agency_id]).get(agency_id)

    def with_related(self, ids: Iterable[str]) -> dict[str, AgencyRecord]:
        """Return the known ones of these agencies with all that ever stood above them or succeeded them.

        What is cached costs one look at the version for all of them, so that a batch is checked in memory.
        """
        records = self.agencies(ids)
        level = {other for record in records.values() for other in ancestry.related(record)} - records.keys()
        while level:
            cached = {agency_id: self._cache[agency_id] for agency_id in level if agency_id in self._cache}
            found = cached if len(cached) == len(level) else self.agencies(level)
            records |= found
            level = {other for record in found.values() for other in ancestry.related(record)} - records.keys()
        return records

    def is_at_or_above(self, above: str, agency_id: str, day: int) -> bool:
        """Tell whether an agency is the other one, or above it in the administration or its sector, on a day."""
        return ancestry.is_at_or_above(self.with_related([agency_id]), above, agency_id, day)

    def inheritances(self, things: Collection[Thing]) -> dict[Thing, list[Inheritance]]:
        """Return the decisions on who took these things over from whom."""
        columns = ("kind", "source", "thing", "giver", "taker", "effective")
        ids = sorted({thing.id for thing in things})
        rows = self._database.read(
            lambda connection: select_by_keys(connection, registry_inheritances, "thing", ids, columns)
        )
        found: dict[Thing, list[Inheritance]] = {}
        for kind, source, thing_id, giver, taker, effective in rows:
            found.setdefault(Thing(kind, source, thing_id), []).append(Inheritance(giver, taker, effective))
        return {thing: found[thing] for thing in things if thing in found}

    def credential(self, key_id: str) -> Credential | None:
        """Return a key by its id, None where it is not known."""
        if not self._is_fresh():
            self._look()
        if key_id in self._credentials:
            return self._credentials[key_id]
        return self._read_credential(registry_credentials.c.key_id == key_id)

    def credential_of_user(self, amqp_user: str) -> Credential | None:
        """Return the valid credential that a user of the broker is bound to."""
        credential = self._read_credential(registry_credentials.c.amqp_user == amqp_user)
        return None if credential is None or credential.revoked else credential

    def _read_credential(self, condition: Any) -> Credential | None:
        columns = registry_credentials.c
        query = select(
            columns.key_id, columns.agency_id, columns.key_hash, columns.amqp_user, columns.revoked_at
        ).where(condition)
        row = self._database.look(lambda connection: connection.execute(query).first())
        if row is None:
            return None
        credential = Credential(*row)
        self._credentials[credential.key_id] = credential
        return credential

    def _remember(self, record: AgencyRecord) -> AgencyRecord:
        self._cache[record.agency_id] = record
        while len(self._cache) > _CACHED:
            self._cache.popitem(last=False)
        return record


def _version(connection: Connection) -> int:
    # On the driver's cursor: every push asks, and SQLAlchemy's own way costs four times as much.
    rows = fetch_rows(connection, _HEAD, ())
    return int(rows[0][0]) if rows else 0


def _read(connection: Connection, ids: list[str]) -> tuple[int, list[tuple[str, bytes]]]:
    # The version first: rows that are newer than it are read once more, never the other way round.
    version = _version(connection)
    rows = select_by_keys(connection, registry_agencies, "agency_id", ids, ("agency_id", "state")) if ids else []
    return version, [(row[0], row[1]) for row in rows]

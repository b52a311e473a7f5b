"""Keeps the sessions of the pages in the database, so that every process knows them and each can be ended."""

from __future__ import annotations

from sqlalchemy import Connection, select

from services.inspection.accounts.tables import accounts, web_sessions
from shared.database.engine import Database
from shared.web.roles import STAFF
from shared.web.sessions import Holder, Session


class DatabaseSessions:
    """Sessions of one database; role and agency are those that the account has now."""

    def __init__(self, database: Database) -> None:
        """Take the service's database."""
        self._database = database

    def open(self, key: str, holder: Holder, until: int) -> None:
        """Keep a session until an instant; those that have ended are swept out."""
        now = until - _DAY

        def work(connection: Connection) -> None:
            connection.execute(web_sessions.delete().where(web_sessions.c.until < now))
            connection.execute(web_sessions.insert(), [{"key": key, "account_id": holder.account_id, "until": until}])

        self._database.write(work)

    def read(self, key: str, now: int) -> Session | None:
        """Return a session that has not ended, of an account that may still sign in."""
        columns = (
            *(web_sessions.c.account_id, accounts.c.name, accounts.c.role, accounts.c.agency_id),
            *(accounts.c.oversees, accounts.c.disabled_at),
        )
        query = (
            select(*columns)
            .outerjoin(accounts, accounts.c.account_id == web_sessions.c.account_id)
            .where(web_sessions.c.key == key, web_sessions.c.until > now)
        )
        row = self._database.read(lambda connection: connection.execute(query).first())
        if row is None:
            return None
        if row.account_id == STAFF:
            return Session(Holder(STAFF, STAFF), "", key)
        if row.role is None or row.disabled_at is not None:
            return None
        return Session(Holder(row.account_id, row.role, row.agency_id, row.oversees), row.name, key)

    def close(self, key: str) -> None:
        """End a session."""
        self._database.write(
            lambda connection: connection.execute(web_sessions.delete().where(web_sessions.c.key == key))
        )


#: A session that ended this long before a new one begins is swept out; microseconds.
_DAY = 24 * 3600 * 1_000_000

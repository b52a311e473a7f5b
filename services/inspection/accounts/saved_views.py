"""Views that people keep under names: a name and an address, since the address is the whole state of a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from services.inspection.accounts.tables import saved_views
from shared import ids
from shared.clock import Clock
from shared.database.engine import Database

#: Views of one account, and characters of a name and of an address.
MOST, LONGEST_NAME, LONGEST_ADDRESS = 100, 80, 2000


class TooManyViewsError(ValueError):
    """An account keeps at most 100 views; delete one first."""


@dataclass(frozen=True, slots=True)
class SavedView:
    """One view."""

    view_id: str
    name: str
    #: Path and query.
    address: str


class SavedViews:
    """The saved views of all accounts; each sees its own."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Take the service's database and clock."""
        self._database = database
        self._clock = clock

    def of(self, account_id: str) -> Sequence[SavedView]:
        """Return an account's views by name."""
        columns = saved_views.c
        query = (
            select(columns.view_id, columns.name, columns.address)
            .where(columns.account_id == account_id)
            .order_by(columns.name)
        )
        return self._database.read(lambda connection: [SavedView(*row) for row in connection.execute(query)])

    def save(self, account_id: str, name: str, address: str) -> None:
        """Keep an address under a name; a name that is in use gets the new address.

        Raises:
            TooManyViewsError: the account keeps as many as it may.
        """
        columns = saved_views.c
        own = columns.account_id == account_id

        def work(connection: Connection) -> None:
            connection.execute(saved_views.delete().where(own, columns.name == name))
            if (connection.execute(select(func.count()).where(own)).scalar() or 0) >= MOST:
                raise TooManyViewsError(TooManyViewsError.__doc__)
            row = {"view_id": ids.new_id(), "account_id": account_id, "name": name, "address": address}
            connection.execute(saved_views.insert(), [{**row, "created_at": self._clock()}])

        self._database.write(work)

    def delete(self, account_id: str, view_id: str) -> None:
        """Forget a view of an account."""
        columns = saved_views.c
        condition = (columns.account_id == account_id, columns.view_id == view_id)
        self._database.write(lambda connection: connection.execute(saved_views.delete().where(*condition)))

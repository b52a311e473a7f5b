"""Accounts in the database: created, found, disabled. Who may do that is said by the route that calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from services.inspection.accounts import passwords
from services.inspection.accounts.tables import accounts, web_sessions
from shared import ids
from shared.clock import Clock
from shared.database.engine import Database
from shared.web.sessions import Holder


class AccountExistsError(ValueError):
    """An account of this name, or with this identity at the provider, exists already."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account; without its password."""

    account_id: str
    name: str
    role: str
    agency_id: str | None
    #: What it oversees, where that is more than the own agency and all below it.
    oversees: str | None
    #: Whether it signs in by password, by the identity provider, or both.
    has_password: bool
    subject: str | None
    disabled: bool

    @property
    def holder(self) -> Holder:
        """Return who signs in with it."""
        return Holder(self.account_id, self.role, self.agency_id, self.oversees)


class AccountStore:
    """The accounts of one database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Take the service's database and clock."""
        self._database = database
        self._clock = clock

    def create(
        self,
        name: str,
        role: str,
        agency_id: str | None,
        *,
        oversees: str | None = None,
        password: str | None = None,
        subject: str | None = None,
    ) -> Account:
        """Create an account.

        Raises:
            AccountExistsError: name or subject is in use.
            WeakPasswordError: the password is too short or too long.
        """
        row = {
            "account_id": ids.new_id(),
            "name": folded(name),
            "role": role,
            "agency_id": agency_id,
            "oversees": oversees,
            "password_hash": passwords.hashed(password) if password is not None else None,
            "subject": subject,
            "created_at": self._clock(),
            "disabled_at": None,
        }

        def work(connection: Connection) -> None:
            taken = accounts.c.name == row["name"]
            if subject is not None:
                taken |= accounts.c.subject == subject
            if connection.execute(select(accounts.c.account_id).where(taken)).first() is not None:
                raise AccountExistsError(AccountExistsError.__doc__)
            connection.execute(accounts.insert(), [row])

        self._database.write(work)
        return _account(row)

    def all(self) -> Sequence[Account]:
        """Return all accounts by name."""
        return self._database.read(
            lambda connection: [
                _account(row) for row in connection.execute(select(accounts).order_by(accounts.c.name)).mappings()
            ]
        )

    def by_password(self, name: str, password: str) -> Account | None:
        """Return the account of a name and password, None where they do not fit or it is disabled."""
        row = self._row(accounts.c.name == folded(name))
        fits = passwords.matches(password, row["password_hash"] if row else None)
        return _account(row) if row is not None and fits and row["disabled_at"] is None else None

    def by_subject(self, subject: str) -> Account | None:
        """Return the account of an identity at the provider, None where there is none or it is disabled."""
        row = self._row(accounts.c.subject == subject)
        return _account(row) if row is not None and row["disabled_at"] is None else None

    def set_password(self, name: str, password: str) -> bool:
        """Change a password; all its sessions end. Return False where there is no such account.

        Raises:
            WeakPasswordError: too short or too long.
        """
        return self._change(name, {"password_hash": passwords.hashed(password)})

    def disable(self, name: str) -> bool:
        """Let nobody sign in with an account any more; its sessions end. Return False where there is none."""
        return self._change(name, {"disabled_at": self._clock()})

    def _change(self, name: str, values: Mapping[str, Any]) -> bool:
        def work(connection: Connection) -> bool:
            found = connection.execute(select(accounts.c.account_id).where(accounts.c.name == folded(name))).scalar()
            if found is None:
                return False
            connection.execute(accounts.update().where(accounts.c.account_id == found).values(**values))
            connection.execute(web_sessions.delete().where(web_sessions.c.account_id == found))
            return True

        return self._database.write(work)

    def _row(self, condition: ColumnElement[bool]) -> Mapping[str, Any] | None:
        query = select(accounts).where(condition)
        row = self._database.read(lambda connection: connection.execute(query).mappings().first())
        return dict(row) if row is not None else None


def folded(name: str) -> str:
    """Return the name as it is compared."""
    return name.strip().casefold()


def _account(row: Mapping[Any, Any]) -> Account:
    return Account(
        row["account_id"],
        row["name"],
        row["role"],
        row["agency_id"],
        row["oversees"],
        row["password_hash"] is not None,
        row["subject"],
        row["disabled_at"] is not None,
    )

"""Puts accounts, sessions, saved views and the identity provider into the context of the service that has the pages."""

from __future__ import annotations

from typing import cast

from services.inspection.accounts.oidc import IdentityProvider, configured
from services.inspection.accounts.saved_views import SavedViews
from services.inspection.accounts.sessions import DatabaseSessions
from services.inspection.accounts.store import AccountStore
from shared.service.context import ServiceContext
from shared.web.sessions import STORE


def prepare(context: ServiceContext) -> None:
    """Make them once, when the service is put together."""
    context.extra[STORE] = DatabaseSessions(context.database)
    context.extra["accounts"] = AccountStore(context.database, context.clock)
    context.extra["saved_views"] = SavedViews(context.database, context.clock)
    context.extra["identity_provider"] = configured(context.settings.extra)


def accounts_of(context: ServiceContext) -> AccountStore:
    """Return the accounts."""
    return cast("AccountStore", context.extra["accounts"])


def saved_views_of(context: ServiceContext) -> SavedViews:
    """Return the saved views."""
    return cast("SavedViews", context.extra["saved_views"])


def identity_provider_of(context: ServiceContext) -> IdentityProvider | None:
    """Return the identity provider; None where people sign in with local accounts alone."""
    return cast("IdentityProvider | None", context.extra["identity_provider"])

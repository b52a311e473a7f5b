"""Tables of accounts, sessions and saved views; made by the migrations `0002` and `0005`, never rebuilt from events."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, MetaData, String, Table, Text, UniqueConstraint

METADATA = MetaData()

accounts = Table(
    "accounts",
    METADATA,
    #: Random; the only name of an account outside this table.
    Column("account_id", String, primary_key=True),
    #: What one types to sign in; folded to small letters.
    Column("name", String, nullable=False, unique=True),
    Column("role", String, nullable=False),
    #: Agency of a bound role.
    Column("agency_id", String),
    #: Agency that a provincial inspector oversees with all below it, where that is not the own one.
    Column("oversees", String),
    #: Argon2id; none where one signs in with the identity provider alone.
    Column("password_hash", Text),
    #: `sub` (or the claim that is configured) at the identity provider.
    Column("subject", String, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
)

web_sessions = Table(
    "web_sessions",
    METADATA,
    #: Digest of the cookie.
    Column("key", String, primary_key=True),
    #: Account, or `staff` for the holder of the staff token.
    Column("account_id", String, nullable=False, index=True),
    Column("until", BigInteger, nullable=False),
)

saved_views = Table(
    "saved_views",
    METADATA,
    Column("view_id", String, primary_key=True),
    Column("account_id", String, nullable=False),
    Column("name", String, nullable=False),
    #: Path and query, as in the address bar.
    Column("address", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("account_id", "name", name="uq_saved_views_name"),
)

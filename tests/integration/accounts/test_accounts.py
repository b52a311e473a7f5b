"""Accounts, sessions and saved views on both databases."""

from __future__ import annotations

import pytest

from services.inspection.accounts.passwords import WeakPasswordError
from services.inspection.accounts.saved_views import MOST, SavedViews, TooManyViewsError
from services.inspection.accounts.sessions import DatabaseSessions
from services.inspection.accounts.store import AccountExistsError, AccountStore
from services.inspection.accounts.tables import METADATA
from shared.database.engine import open_database
from shared.database.migrate import migrate
from shared.web.sessions import Holder

GOOD = "mật khẩu đủ dài"
NOW = 1_700_000_000_000_000


@pytest.fixture
def database(database_url):
    opened = open_database(database_url)
    migrate(opened, "inspection")
    yield opened
    opened.close()


@pytest.fixture
def accounts(database):
    return AccountStore(database, lambda: NOW)


def test_a_password_opens_its_own_account_however_its_marks_were_typed(accounts):
    made = accounts.create("KTV-92", "provincial_inspector", "ubnd-92", password=GOOD)
    assert accounts.by_password("ktv-92", GOOD).account_id == made.account_id
    assert accounts.by_password(" Ktv-92 ", "mật khẩu đủ dài".encode().decode()).agency_id == "ubnd-92"
    assert accounts.by_password("ktv-92", "mâ\u0323t khâ\u0309u đu\u0309 dài") is not None
    assert accounts.by_password("ktv-92", GOOD + "!") is None
    assert accounts.by_password("khac", GOOD) is None


def test_neither_the_password_nor_anything_like_it_is_kept(accounts, database):
    accounts.create("ktv", "auditor", None, password=GOOD)
    kept = database.read(lambda connection: connection.execute(METADATA.tables["accounts"].select()).first())
    assert kept.password_hash.startswith("$argon2id$")
    assert GOOD not in str(kept)
    assert GOOD not in repr(accounts.all())


def test_what_an_account_oversees_goes_with_its_sessions_and_is_the_own_agency_where_nothing_was_named(
    accounts, database
):
    sessions = DatabaseSessions(database)
    for name, oversees in (("ktv-so", "ubnd-92"), ("ktv-cu", None)):
        made = accounts.create(name, "provincial_inspector", "so-khcn-92", oversees=oversees, password=GOOD)
        sessions.open(name, made.holder, NOW + 10)
        read = sessions.read(name, NOW)
        assert (read.agency_id, read.oversees) == ("so-khcn-92", oversees or "so-khcn-92")
        assert read.holder == accounts.by_password(name, GOOD).holder


def test_a_short_password_makes_no_account(accounts):
    with pytest.raises(WeakPasswordError):
        accounts.create("ktv", "auditor", None, password="ngắn")
    assert accounts.all() == []


def test_names_and_subjects_are_given_once(accounts):
    accounts.create("ktv", "auditor", None, subject="bo-1")
    with pytest.raises(AccountExistsError):
        accounts.create("KTV", "auditor", None, password=GOOD)
    with pytest.raises(AccountExistsError):
        accounts.create("ktv-2", "auditor", None, subject="bo-1")
    assert accounts.by_subject("bo-1").name == "ktv"
    assert accounts.by_password("ktv", GOOD) is None


def test_disabling_an_account_ends_its_sessions_and_lets_nobody_in(accounts, database):
    sessions = DatabaseSessions(database)
    made = accounts.create("ktv", "auditor", None, password=GOOD, subject="bo-1")
    sessions.open("k1", made.holder, NOW + 10)
    assert sessions.read("k1", NOW).name == "ktv"
    assert accounts.disable("ktv")
    assert sessions.read("k1", NOW) is None
    assert accounts.by_password("ktv", GOOD) is None
    assert accounts.by_subject("bo-1") is None
    assert not accounts.disable("khac")


def test_a_new_password_signs_everybody_out(accounts, database):
    sessions = DatabaseSessions(database)
    made = accounts.create("ktv", "auditor", None, password=GOOD)
    sessions.open("k1", made.holder, NOW + 10)
    assert accounts.set_password("ktv", GOOD + " hơn")
    assert sessions.read("k1", NOW) is None
    assert accounts.by_password("ktv", GOOD) is None
    assert accounts.by_password("ktv", GOOD + " hơn") is not None


def test_sessions_end_by_time_and_by_hand_and_are_swept_out(database):
    sessions = DatabaseSessions(database)
    sessions.open("k1", Holder("staff", "staff"), NOW)
    assert sessions.read("k1", NOW - 1).role == "staff"
    assert sessions.read("k1", NOW) is None
    sessions.open("k2", Holder("staff", "staff"), NOW + 2 * 24 * 3600 * 1_000_000)
    kept = METADATA.tables["web_sessions"].select()
    assert [row.key for row in database.read(lambda connection: connection.execute(kept).all())] == ["k2"]
    sessions.close("k2")
    assert sessions.read("k2", NOW) is None


def test_views_are_kept_by_name_for_whoever_saved_them(database):
    views = SavedViews(database, lambda: NOW)
    views.save("a", "Cuối năm", "/?as_of=2025-12-31")
    views.save("a", "Cuối năm", "/?as_of=2026-12-31")
    views.save("b", "Cần Thơ", "/agencies?province=P92")
    assert [(view.name, view.address) for view in views.of("a")] == [("Cuối năm", "/?as_of=2026-12-31")]
    views.delete("b", views.of("a")[0].view_id)
    assert len(views.of("a")) == 1
    views.delete("a", views.of("a")[0].view_id)
    assert views.of("a") == []


def test_an_account_keeps_at_most_a_hundred_views(database):
    views = SavedViews(database, lambda: NOW)
    for number in range(MOST):
        views.save("a", f"v{number}", "/")
    with pytest.raises(TooManyViewsError):
        views.save("a", "one more", "/")
    views.save("a", "v1", "/agencies")

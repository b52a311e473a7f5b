"""What the addresses of the pages mean."""

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from services.inspection.web.filters import read_filters
from shared import clock

NOW = clock.from_rfc3339("2026-11-22T14:05:09+07:00")


def filters(query=""):
    return read_filters(Request(EnvironBuilder(query_string=query).get_environ()), NOW)


def test_an_empty_address_shows_the_present_as_reported():
    found = filters()
    assert (found.as_of, found.known_at, found.variant) == (clock.day_of("2026-11-22"), None, "reported")
    assert found.is_today
    assert found.address() == ""


@pytest.mark.parametrize("text", ["2025-12-31", "31/12/2025"])
def test_days_are_taken_as_people_and_as_programs_write_them(text):
    found = filters({"as_of": text})
    assert found.as_of == clock.day_of("2025-12-31")
    assert found.address() == "?as_of=2025-12-31"


@pytest.mark.parametrize(
    "text",
    [
        "31/12/2025 17:00",
        "31/12/2025 17:00:00",
        "2025-12-31T17:00",
        "2025-12-31T10:00:00Z",
        "2025-12-31T17:00:00+07:00",
        "2025-12-31T17:00:00 07:00",
    ],
)
def test_times_without_an_offset_are_viet_nam_time(text):
    assert filters({"known_at": text}).known_at == clock.from_rfc3339("2025-12-31T10:00:00+00:00")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"as_of": "31/02/2025"}, "as_of"),
        ({"as_of": "2026-11-23"}, "as_of"),
        ({"as_of": "'; drop table"}, "as_of"),
        ({"known_at": "yesterday"}, "known_at"),
        ({"known_at": "2026-11-22T14:05:10+07:00"}, "known_at"),
        ({"known_at": "0001-01-01T00:00:00+14:00"}, "known_at"),
        ({"variant": "invented"}, "variant"),
    ],
)
def test_what_cannot_be_read_is_reported_at_its_field_and_the_default_is_shown(query, field):
    found = filters(query)
    assert [error.field for error in found.errors] == [field]
    assert found.is_today
    assert found.variant == "reported"


def test_a_pinned_address_says_the_instant_to_the_microsecond():
    found = filters({"as_of": "2025-12-31", "variant": "verified"}).pinned(NOW + 7)
    again = filters(found.address()[1:])
    assert again.known_at is None  # later than now: refused rather than answered differently later
    earlier = found.pinned(NOW - 7)
    assert filters(earlier.address()[1:]).known_at == NOW - 7
    assert filters(earlier.address()[1:]).variant == "verified"


def test_changes_of_an_address_keep_the_rest():
    found = filters({"as_of": "2025-12-31", "scope": "ubnd-92", "sort": "I6"})
    assert found.address(sort=None) == "?as_of=2025-12-31&scope=ubnd-92"
    assert found.address(province="P92") == "?as_of=2025-12-31&scope=ubnd-92&province=P92&sort=I6"


def test_an_address_that_is_fixed_to_a_moment_names_its_day_too():
    found = filters().pinned(NOW)
    assert "as_of=2026-11-22" in found.address()
    assert "as_of=2026-11-22" in found.narrow.address()


def test_filters_that_choose_agencies_are_kept_in_the_address_and_left_out_for_one_agency():
    found = filters(
        {"level": "commune", "obligation": "mandatory", "step": "declared", "from": "01/01/2026", "to": "2026-06-30"}
    )
    assert found.address() == "?level=commune&obligation=mandatory&step=declared&from=2026-01-01&to=2026-06-30"
    assert found.narrow.address() == "?from=2026-01-01&to=2026-06-30"


@pytest.mark.parametrize(
    "query", [{"level": "moon"}, {"from": "2026-01-01"}, {"from": "2026-02-01", "to": "2026-01-01"}]
)
def test_filters_that_cannot_be_read_are_said_and_left_out(query):
    found = filters(query)
    assert len(found.errors) == 1
    assert found.address() == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("31/02/2026", "There is no such day in the calendar"),
        ("2026-02-31", "There is no such day in the calendar"),
        ("31/13/2026", "There is no such day in the calendar"),
        ("31.12.2025", "Enter the date as day/month/year, such as 31/12/2025"),
        ("hôm qua", "Enter the date as day/month/year, such as 31/12/2025"),
    ],
)
def test_a_day_that_does_not_exist_is_called_so_and_one_that_is_written_otherwise_is_shown_how(text, said):
    found = filters({"as_of": text, "from": text, "to": text})
    assert [(error.field, error.message) for error in found.errors] == [("from", said), ("to", said), ("as_of", said)]
    (known,) = filters({"known_at": f"{text} 10:00"}).errors
    assert (known.message == said) is said.startswith("There")

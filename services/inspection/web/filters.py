"""What a page's address asks for: as of when, as known when, which variant, which part of the country.

The address is the whole state of a page, so that it can be kept, sent and opened again. A value that cannot be
read is reported beside its field and the default is used, so that the page still opens.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import urlencode

from werkzeug.wrappers import Request

from services.inspection.groups import KINDS, LEVELS, OBLIGATIONS
from shared import clock
from shared.vietnam.format import iso_day

VARIANTS = ("reported", "verified")
#: Steps of I2a.
STEPS = (
    *("none", "planned", "building", "applying", "certified", "declared", "maintained"),
    *("needs_redeclaration", "rescinded", "lapsed"),
)
#: How people write date and time; Viet Nam time.
_ENTRIES = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y")
#: Longest search text that is looked at.
_LONGEST = 200


def N_(message: str) -> str:  # noqa: N802 - gettext's name for a message that is translated later
    """Mark a message for translation."""
    return message


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of the filter form."""

    field: str
    #: Message id, translated when shown.
    message: str


@dataclass(frozen=True, slots=True)
class Filters:
    """The view that a page shows."""

    #: Day number.
    as_of: int
    #: Instant in microseconds, None for "all that is known now".
    known_at: int | None = None
    variant: str = "reported"
    #: Agency that figures are limited to, with what lies below it.
    scope: str | None = None
    #: Province code (`P92`) or `central`, where a page is about one row of the board.
    province: str | None = None
    #: One agency alone, where a page explains its own figure.
    agency: str | None = None
    #: Level, kind and obligation of the agencies that count, and the step that they have reached (I2a).
    level: str | None = None
    kind: str | None = None
    obligation: str | None = None
    step: str | None = None
    #: First and last day of the period, None for the twelve full months up to the day.
    begins: int | None = None
    ends: int | None = None
    #: Whether provinces are those of today's geography, also for days before July 2025.
    restate: bool = False
    #: Indicator that the map shows.
    map: str = ""
    sort: str = ""
    query: str = ""
    #: Where the next page of a list begins.
    after: str | None = None
    today: int = 0
    #: Agency that the reader is bound to; left out of addresses, since it is added to each again.
    own: str | None = None
    #: Filters that only one room has, by name in the address.
    further: tuple[tuple[str, str], ...] = ()
    errors: tuple[FieldError, ...] = field(default=())

    def chosen(self, name: str) -> str:
        """Return a filter that only one room has; empty where it is not set."""
        return dict(self.further).get(name, "")

    @property
    def is_today(self) -> bool:
        """Return whether the page shows the present, as known now."""
        return self.as_of == self.today and self.known_at is None

    def address(self, **changes: object) -> str:
        """Return the query part of an address with these filters, changed; defaults are left out."""
        parameters = {**_parameters(self), **changes}
        given = {name: value for name, value in parameters.items() if value not in (None, "")}
        return f"?{urlencode(given)}" if given else ""

    @property
    def narrow(self) -> Filters:
        """Return the filters for a page about one agency: times and variant stay, what chooses agencies goes."""
        return Filters(
            self.as_of, self.known_at, self.variant, begins=self.begins, ends=self.ends, today=self.today, own=self.own
        )

    def pinned(self, known_at: int) -> Filters:
        """Return the filters fixed to what was known at an instant: the same figures for ever."""
        return replace(self, known_at=known_at)


@lru_cache(maxsize=256)
def _parameters(filters: Filters) -> Mapping[str, object]:
    """Return the parameters of an address; a list has the same filters in a thousand of them."""
    return {
        # An address that is fixed to what was known names its day too: tomorrow it must mean the same.
        "as_of": iso_day(filters.as_of) if filters.as_of != filters.today or filters.known_at is not None else None,
        "known_at": clock.to_rfc3339(filters.known_at) if filters.known_at is not None else None,
        "variant": filters.variant if filters.variant != VARIANTS[0] else None,
        "scope": filters.scope if filters.scope != filters.own else None,
        "province": filters.province,
        "agency": filters.agency,
        "level": filters.level,
        "kind": filters.kind,
        "obligation": filters.obligation,
        "step": filters.step,
        "from": iso_day(filters.begins) if filters.begins is not None else None,
        "to": iso_day(filters.ends) if filters.ends is not None else None,
        "geography": "today" if filters.restate else None,
        "map": filters.map,
        "sort": filters.sort,
        "q": filters.query,
        **dict(filters.further),
    }


def read_filters(request: Request, now: int) -> Filters:
    """Return the filters in a request's address; `now` is the present instant in microseconds."""
    given = request.args
    today = clock.vietnam_day(now)
    errors: list[FieldError] = []
    begins, ends = _period(given.get("from", ""), given.get("to", ""), errors)
    return Filters(
        as_of=_as_of(given.get("as_of", ""), today, errors),
        known_at=_known_at(given.get("known_at", ""), now, errors),
        variant=_variant(given.get("variant", ""), errors),
        scope=given.get("scope", "")[:_LONGEST] or None,
        province=given.get("province", "")[:_LONGEST] or None,
        agency=given.get("agency", "")[:_LONGEST] or None,
        level=_choice(given, "level", LEVELS, errors),
        kind=_choice(given, "kind", KINDS, errors),
        obligation=_choice(given, "obligation", OBLIGATIONS, errors),
        step=_choice(given, "step", STEPS, errors),
        begins=begins,
        ends=ends,
        restate=given.get("geography") == "today",
        map=given.get("map", "")[:_LONGEST],
        sort=given.get("sort", "")[:_LONGEST],
        query=given.get("q", "").strip()[:_LONGEST],
        after=given.get("after", "")[:_LONGEST] or None,
        today=today,
        errors=tuple(errors),
    )


def _choice(given: Mapping[str, str], name: str, words: Collection[str], errors: list[FieldError]) -> str | None:
    text = given.get(name, "")
    if text and text not in words:
        errors.append(FieldError(name, N_("Choose one of the list")))
        return None
    return text or None


def _period(first: str, last: str, errors: list[FieldError]) -> tuple[int | None, int | None]:
    """Return first and last day of the period; both or none."""
    if not first and not last:
        return None, None
    days: list[int] = []
    for name, text in (("from", first), ("to", last)):
        try:
            days.append(clock.day_number(_moment(text, ("%d/%m/%Y",)).date()) if "/" in text else clock.day_of(text))
        except ValueError:
            errors.append(FieldError(name, _what_is_wrong(text)))
    if len(days) != _BOTH:
        return None, None
    if days[0] > days[1]:
        errors.append(FieldError("to", N_("The period must not end before it begins")))
        return None, None
    return days[0], days[1]


_BOTH = 2


def _as_of(text: str, today: int, errors: list[FieldError]) -> int:
    if not text:
        return today
    try:
        day = clock.day_number(_moment(text, ("%d/%m/%Y",)).date()) if "/" in text else clock.day_of(text)
    except ValueError:
        errors.append(FieldError("as_of", _what_is_wrong(text)))
        return today
    if day > today:
        errors.append(FieldError("as_of", N_("The date must not be in the future")))
        return today
    return day


def _known_at(text: str, now: int, errors: list[FieldError]) -> int | None:
    if not text:
        return None
    try:
        moment = _moment(text, _ENTRIES) if "/" in text else datetime.fromisoformat(_with_plus(text))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=clock.VIETNAM)
        instant = clock.from_rfc3339(moment.isoformat())
        clock.to_rfc3339(instant)
    except (ValueError, OverflowError):
        how = N_("Enter date and time, such as 31/12/2025 17:00")
        errors.append(FieldError("known_at", _what_is_wrong(text, how)))
        return None
    if instant > now:
        errors.append(FieldError("known_at", N_("The time must not be in the future")))
        return None
    return instant


def _what_is_wrong(text: str, how: str = N_("Enter the date as day/month/year, such as 31/12/2025")) -> str:
    """Return what to say of a date that cannot be read: that there is no such day, or how one is written."""
    written = _WRITTEN.match(text.strip())
    if written is None:
        return how
    day = written["day"] or written["iso_day"]
    month, year = written["month"] or written["iso_month"], written["year"] or written["iso_year"]
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return N_("There is no such day in the calendar")
    return how


#: A day as people or addresses write it, whether there is one or not.
_WRITTEN = re.compile(
    r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})(?!\d)|(?P<iso_year>\d{4})-(?P<iso_month>\d{2})-(?P<iso_day>\d{2})(?!\d)"
)


def _moment(text: str, forms: tuple[str, ...]) -> datetime:
    for form in forms:
        try:
            return datetime.strptime(text.strip(), form).replace(tzinfo=clock.VIETNAM)
        except ValueError:
            continue
    raise ValueError(text)


def _with_plus(text: str) -> str:
    # A plus sign that was not escaped in an address arrives as a blank.
    return f"{text[:19]}{text[19:].replace(' ', '+')}"


def _variant(text: str, errors: list[FieldError]) -> str:
    if text and text not in VARIANTS:
        errors.append(FieldError("variant", N_("Choose reported or verified figures")))
        return VARIANTS[0]
    return text or VARIANTS[0]

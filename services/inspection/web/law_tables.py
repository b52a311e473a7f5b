"""The tables of the legal-change room: changes with what they did, one change agency by agency and procedure by procedure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from urllib.parse import quote

from services.inspection.law_effects import AffectedProcedure
from services.inspection.read_models import LegalChange
from services.inspection.web.filters import N_
from services.inspection.web.programme_tables import Telling
from services.inspection.web.room_tables import RoomColumn, RoomTable, RowsOf, Shown
from services.inspection.web.words import label
from shared import clock

#: Where an affected procedure can stand.
STATES = ("stale", "overdue", "updated")
_TONES = {"stale": "orange", "overdue": "red", "updated": "green"}


def state_of(one: AffectedProcedure, day: int) -> str:
    """Return where an affected procedure stands on a day."""
    if one.updated_on is not None:
        return "updated"
    return "overdue" if one.due_on is not None and one.due_on < day else "stale"


def quantile(values: Sequence[int], share: float) -> int | None:
    """Return the smallest of the values that is not below so large a share of them; None where there is none."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None


def changes_table(changes: Sequence[LegalChange], telling: Telling) -> RoomTable:
    """Return changes of the law; each number opens its procedures."""
    say = telling.translate
    columns = [
        RoomColumn(say(N_("Number")), below=say(N_("Issuer"))),
        RoomColumn(say(N_("Legal text"))),
        RoomColumn(say(N_("Change"))),
        RoomColumn(say(N_("Announced on")), "day"),
        RoomColumn(say(N_("In force from")), "day"),
        RoomColumn(say(N_("Stale procedures")), "whole"),
        RoomColumn(say(N_("Agencies")), "whole"),
        RoomColumn(say(N_("Brought up to date")), "whole"),
    ]
    hint = say(N_("Changes appear here when a legal text is amended, replaced or repealed."))
    rows = [_change_row(one, telling) for one in changes]
    return RoomTable("changes", say(N_("Changes of the law")), columns, rows, (say(N_("No change of the law")), hint))


def _change_row(one: LegalChange, telling: Telling) -> list[Shown]:
    here = f"/law/{quote(one.source, safe='')}/{quote(one.event_id, safe='')}"

    def number(count: int, part: str, **chosen: str | None) -> Shown:
        address = telling.filters.address(sort=None, q=None, change=None, **chosen)
        return Shown(count, f"{here}{address}#{part}" if count else "")

    return [
        Shown(one.number, f"{here}{telling.filters.address(sort=None, q=None, change=None)}", below=one.issuer),
        Shown(one.title),
        Shown(telling.translate(label("change", one.change)), tone="blue"),
        Shown(clock.vietnam_day(one.announced_at)),
        Shown(one.effective_from),
        number(one.stale, "procedures", state="open"),
        number(one.agencies, "agencies"),
        number(one.updated, "procedures", state="updated"),
    ]


def procedures_table(found: Sequence[AffectedProcedure], telling: Telling) -> RoomTable:
    """Return the procedures that a change concerns, one by one."""
    say = telling.translate
    columns = [
        RoomColumn(say(N_("Agency")), below=say(N_("Agency id"))),
        RoomColumn(say(N_("Province or city"))),
        RoomColumn(say(N_("Procedure"))),
        RoomColumn(say(N_("State"))),
        RoomColumn(say(N_("Stale since")), "day"),
        RoomColumn(say(N_("Due")), "day"),
        RoomColumn(say(N_("Days overdue")), "whole"),
        RoomColumn(say(N_("Brought up to date on")), "day"),
        RoomColumn(say(N_("Days until then")), "whole"),
    ]
    hint = say(N_("Procedures appear here when they name the text as their legal basis."))
    title = say(N_("Procedures that rest on it"))
    empty = (say(N_("No procedure rests on this text")), hint)
    return RoomTable("procedures", title, columns, RowsOf(found, lambda one: _procedure_row(one, telling)), empty)


def _procedure_row(one: AffectedProcedure, telling: Telling) -> list[Shown]:
    day = telling.filters.as_of
    state = state_of(one, day)
    late = day - one.due_on if state == "overdue" and one.due_on is not None else None
    return [
        _agency(one, telling),
        Shown(one.province_label),
        Shown(one.procedure_id),
        Shown(telling.translate(label("law_state", state)), tone=_TONES[state]),
        Shown(one.since),
        Shown(one.due_on),
        Shown(late),
        Shown(one.updated_on),
        Shown(one.lead_days),
    ]


def _agency(one: AffectedProcedure, telling: Telling) -> Shown:
    name = one.name_en if telling.language == "en" and one.name_en else one.name_vi
    return Shown(name, f"/agencies/{one.agency_id}{telling.filters.narrow.address()}#procedures", below=one.agency_id)


def agencies_table(found: Sequence[AffectedProcedure], telling: Telling) -> RoomTable:
    """Return how many procedures of each agency are in which state; those with most to do first."""
    say = telling.translate
    columns = [
        RoomColumn(say(N_("Agency")), below=say(N_("Agency id"))),
        RoomColumn(say(N_("Province or city"))),
        RoomColumn(say(N_("All")), "whole"),
        *(RoomColumn(say(label("law_state", state)), "whole") for state in STATES),
        RoomColumn(say(N_("Earliest due day")), "day"),
    ]
    by_agency: dict[str, list[AffectedProcedure]] = {}
    for one in found:
        by_agency.setdefault(one.agency_id, []).append(one)
    ordered = sorted(by_agency.values(), key=lambda part: (-_open(part), part[0].agency_id))
    return RoomTable(
        "agencies", say(N_("By agency")), columns, RowsOf(ordered, lambda part: _agency_row(part, telling))
    )


def _open(found: Sequence[AffectedProcedure]) -> int:
    return sum(1 for one in found if one.updated_on is None)


def _agency_row(found: Sequence[AffectedProcedure], telling: Telling) -> list[Shown]:
    first, counts = found[0], counted(found, telling.filters.as_of)

    def number(count: int, state: str | None) -> Shown:
        return Shown(count, f"{telling.filters.address(of=first.agency_id, state=state)}#procedures" if count else "")

    due = [one.due_on for one in found if one.updated_on is None and one.due_on is not None]
    return [
        _agency(first, telling),
        Shown(first.province_label),
        number(len(found), None),
        *(number(counts[state], state) for state in STATES),
        Shown(min(due, default=None)),
    ]


def counted(found: Sequence[AffectedProcedure], day: int) -> Mapping[str, int]:
    """Return how many procedures are in which state."""
    counts = dict.fromkeys(STATES, 0)
    for one in found:
        counts[state_of(one, day)] += 1
    return counts

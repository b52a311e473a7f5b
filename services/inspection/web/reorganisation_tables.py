"""The tables of the reorganisation room: reorganisations, counts by kind, the things that the old agencies owed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from services.inspection.obligations.checklist import Checklist, OpenThing, Reorganisation
from services.inspection.web.filters import N_
from services.inspection.web.programme_tables import Telling
from services.inspection.web.room_tables import RoomColumn, RoomTable, RowsOf, Shown
from services.inspection.web.rooms import spoken
from services.inspection.web.words import label

__all__ = ["agencies_table", "counts_table", "heads_table", "room_address", "spoken", "things_table"]

_TONES = {"left": "red", "inherited": "green", "lapsed": "grey", "closed": "blue"}
_STATUS_TONES = {"settled": "green", "effective": "orange", "cancelled": "grey"}


def room_address(found: Reorganisation) -> str:
    """Return the address of a reorganisation's page."""
    return f"/reorganisations/{quote(found.source, safe='')}/{quote(found.subject, safe='')}"


def heads_table(found: Sequence[Reorganisation], left: Mapping[tuple[str, str], int], telling: Telling) -> RoomTable:
    """Return the reorganisations, with how much is left where it was counted."""
    say = telling.translate
    columns = [
        RoomColumn(say(N_("Reorganisation")), below=say(N_("Id"))),
        RoomColumn(say(N_("Run by")), below=say(N_("Agency id"))),
        RoomColumn(say(N_("State"))),
        RoomColumn(say(N_("In effect from")), "day"),
        RoomColumn(say(N_("Old agencies")), "whole"),
        RoomColumn(say(N_("New agencies")), "whole"),
        RoomColumn(say(N_("Left to settle")), "whole"),
    ]
    rows = []
    for one in found:
        name = one.name_en if telling.language == "en" and one.name_en else one.name_vi
        open_things = left.get((one.source, one.subject))
        here = f"{room_address(one)}{telling.filters.narrow.address()}"
        link = f"{room_address(one)}?state=left#things" if open_things else ""
        rows.append(
            [
                Shown(name, here, below=one.subject),
                telling.agency(one.source),
                Shown(say(label("reorganisation", one.status)), tone=_STATUS_TONES.get(one.status, "blue")),
                Shown(one.effective_on),
                Shown(one.old_agencies, f"{here}#agencies"),
                Shown(one.new_agencies),
                Shown(open_things, link),
            ]
        )
    empty = (say(N_("No reorganisation")), say(N_("Reorganisations appear here when they are planned.")))
    return RoomTable("heads", say(N_("Reorganisations")), columns, rows, empty)


def counts_table(found: Checklist, telling: Telling) -> RoomTable:
    """Return by kind what was open before and what became of it; each number opens its rows."""
    say, here = telling.translate, room_address(found.reorganisation)
    columns = [RoomColumn(say(N_("Kind of obligation"))), RoomColumn(say(N_("Open before")), "whole")]
    columns += [RoomColumn(say(label("obligation_state", state)), "whole") for state in _TONES]

    def number(count: int, kind: str | None, state: str | None) -> Shown:
        return Shown(count, f"{here}{telling.filters.address(kind=kind, state=state)}#things" if count else "")

    rows = [
        [
            Shown(say(label("choice", count.kind))),
            number(count.open_before, count.kind, None),
            *(number(getattr(count, state), count.kind, state) for state in _TONES),
        ]
        for count in found.counts
    ]
    whole = {state: sum(getattr(count, state) for count in found.counts) for state in _TONES}
    if len(rows) > 1:
        rows.append(
            [
                Shown(say(N_("Total"))),
                number(sum(whole.values()), None, None),
                *(number(count, None, state) for state, count in whole.items()),
            ]
        )
    empty = (say(N_("Nothing was open")), say(N_("The old agencies owed nothing on their last day.")))
    return RoomTable("counts", say(N_("What the old agencies owed")), columns, rows, empty)


def things_table(things: Sequence[OpenThing], telling: Telling) -> RoomTable:
    """Return the things one by one: whose, what became of each, who has it."""
    say = telling.translate
    columns = [
        RoomColumn(say(N_("Obligation")), below=say(N_("Id"))),
        RoomColumn(say(N_("Kind of obligation"))),
        RoomColumn(say(N_("Of the old agency")), below=say(N_("Agency id"))),
        RoomColumn(say(N_("State"))),
        RoomColumn(say(N_("Inheritor")), below=say(N_("Agency id"))),
        RoomColumn(say(N_("Still open"))),
    ]
    empty = (say(N_("Nothing here")), say(N_("Choose another kind or state.")))
    rows = RowsOf(things, lambda one: _thing_row(one, telling))
    return RoomTable("things", say(N_("Obligations")), columns, rows, empty)


def _thing_row(one: OpenThing, telling: Telling) -> list[Shown]:
    say = telling.translate
    return [
        Shown(one.label or one.thing.id, below=one.thing.id),
        Shown(say(label("choice", one.thing.kind))),
        telling.agency(one.holder),
        Shown(say(label("obligation_state", one.state)), tone=_TONES[one.state]),
        telling.agency(one.heir) if one.heir and one.state != "lapsed" else Shown(None),
        Shown(say(N_("yes")) if one.is_open else say(N_("no"))),
    ]


def agencies_table(heirs: Mapping[str, Sequence[str]], waiting: Sequence[str], telling: Telling) -> RoomTable:
    """Return the old agencies with who takes over, and whether each has ended."""
    say = telling.translate
    columns = [
        RoomColumn(say(N_("Old agency")), below=say(N_("Agency id"))),
        RoomColumn(say(N_("Inheritor")), below=say(N_("Agency id"))),
        RoomColumn(say(N_("Ended"))),
    ]
    late = set(waiting)
    rows = [
        [
            telling.agency(old),
            telling.agency(taking[0]),
            Shown(say(N_("not yet")), tone="red") if old in late else Shown(say(N_("yes")), tone="green"),
        ]
        for old, taking in sorted(heirs.items(), key=lambda pair: (pair[0] not in late, pair[0]))
    ]
    return RoomTable("agencies", say(N_("Old agencies")), columns, rows)

"""The tables of submission health: refused and waiting by code and by agency, the items themselves, who is silent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from services.inspection.exports.sheet import percent_cell
from services.inspection.read_models import percent
from services.inspection.silence import Silent
from services.inspection.web.filters import N_
from services.inspection.web.programme_tables import Telling
from services.inspection.web.room_tables import RoomColumn, RoomTable, RowsOf, Shown
from shared import clock

Count = Mapping[str, Any]
_TONES = {"waiting": "yellow", "refused": "red"}


def _status(status: str, telling: Telling) -> Shown:
    waiting = status == "waiting"
    return Shown(telling.translate(N_("Waiting")) if waiting else telling.translate(N_("Refused")), tone=_TONES[status])


def codes_table(counts: Sequence[Count], telling: Telling) -> RoomTable:
    """Return how many items were refused or wait, by code; each number opens its items."""
    say = telling.translate
    columns = [RoomColumn(say(N_("Code"))), RoomColumn(say(N_("State"))), RoomColumn(say(N_("How many")), "whole")]
    columns.append(RoomColumn(say(N_("Too long")), "whole"))
    sums: dict[tuple[str, str], list[int]] = {}
    for one in counts:
        entry = sums.setdefault((one["code"], one["status"]), [0, 0])
        entry[0] += one["count"]
        entry[1] += one["overdue"]
    rows = [
        [
            Shown(code or "–"),
            _status(status, telling),
            Shown(count, f"{telling.filters.address(code=code or None, status=status)}#items"),
            Shown(overdue),
        ]
        for (code, status), (count, overdue) in sorted(sums.items(), key=lambda entry: (-entry[1][0], entry[0]))
    ]
    empty = (say(N_("Nothing was refused, nothing waits")), say(N_("Everything that was sent is in the log.")))
    return RoomTable("codes", say(N_("Refused and waiting")), columns, rows, empty)


def shares_table(counts: Sequence[Count], taken: Mapping[str, int], telling: Telling) -> RoomTable:
    """Return by agency what was taken, refused, waits, and which share was not taken; the largest share first."""
    say = telling.translate
    columns = [
        RoomColumn(say(N_("Agency")), below=say(N_("Agency id"))),
        RoomColumn(say(N_("In the logs")), "whole"),
        RoomColumn(say(N_("Refused")), "whole"),
        RoomColumn(say(N_("Waiting")), "whole"),
        RoomColumn(say(N_("Too long")), "whole"),
        RoomColumn(say(N_("Share not taken")), "percent"),
        RoomColumn(say(N_("Most often"))),
        RoomColumn(say(N_("Since")), "day"),
    ]
    by_agency: dict[str, list[Count]] = {}
    for one in counts:
        by_agency.setdefault(one["agency_id"], []).append(one)
    ordered = sorted(by_agency, key=lambda one: (-_share(by_agency[one], taken.get(one, 0)), one))
    rows = [_share_row(one, by_agency[one], taken.get(one, 0), telling) for one in ordered]
    empty = (say(N_("Nothing was refused, nothing waits")), say(N_("Everything that was sent is in the log.")))
    return RoomTable("shares", say(N_("Refused and waiting by agency")), columns, rows, empty)


def _share(found: Sequence[Count], taken: int) -> float:
    stuck = sum(one["count"] for one in found)
    return float(stuck / (stuck + taken))


def _share_row(agency_id: str, found: Sequence[Count], taken: int, telling: Telling) -> list[Shown]:
    by_status, by_code = Counter[str](), Counter[str]()
    for one in found:
        by_status[one["status"]] += one["count"]
        by_code[one["code"]] += one["count"]
    stuck = by_status.total()
    oldest = min(clock.vietnam_day(clock.from_rfc3339(one["oldest_at"])) for one in found)

    def items(status: str) -> Shown:
        count = by_status[status]
        return Shown(count, f"{telling.filters.address(of=agency_id, status=status)}#items" if count else "")

    return [
        telling.agency(agency_id),
        Shown(taken, f"/agencies/{agency_id}#timeline" if taken else ""),
        items("refused"),
        items("waiting"),
        Shown(sum(one["overdue"] for one in found)),
        Shown(percent_cell(percent(stuck, stuck + taken))),
        Shown(by_code.most_common(1)[0][0]),
        Shown(oldest),
    ]


def items_table(items: Sequence[Mapping[str, Any]], telling: Telling, *, repairing: bool) -> RoomTable:
    """Return refused and waiting items one by one, with the reason."""
    say = telling.translate
    columns = [
        RoomColumn(say(N_("Event")), below=say(N_("Id"))),
        RoomColumn(say(N_("Agency id"))),
        RoomColumn(say(N_("State"))),
        RoomColumn(say(N_("Why")), below=say(N_("Code"))),
        RoomColumn(say(N_("Received")), "day"),
        RoomColumn(say(N_("Attempts")), "whole"),
    ]
    rows = [
        [
            Shown(item["type"] or say(N_("unreadable")), _repair(item, repairing=repairing), below=item["event_id"]),
            Shown(item["agency_id"] or item["source"]),
            _status(item["status"], telling),
            Shown(item["hint"]["en" if telling.language == "en" else "vi"], below=item["code"] or ""),
            Shown(clock.vietnam_day(clock.from_rfc3339(item["received_at"]))),
            Shown(item["attempts"]),
        ]
        for item in items
    ]
    empty = (say(N_("No item")), say(N_("Choose another agency, state or code.")))
    return RoomTable("items", say(N_("Refused and waiting items")), columns, rows, empty)


def _repair(item: Mapping[str, Any], *, repairing: bool) -> str:
    return f"/submissions/{item['id']}" if repairing else ""


def silent_table(found: Sequence[Silent], telling: Telling) -> RoomTable:
    """Return who has gone silent, the longest first."""
    say = telling.translate
    columns = [
        RoomColumn(say(N_("Agency")), below=say(N_("Agency id"))),
        RoomColumn(say(N_("Province or city"))),
        RoomColumn(say(N_("Last event")), "day"),
        RoomColumn(say(N_("Days of silence")), "whole"),
    ]

    def row(one: Silent) -> list[Shown]:
        name = one.name_en if telling.language == "en" and one.name_en else one.name_vi
        return [
            Shown(name, f"/agencies/{one.agency_id}", below=one.agency_id),
            Shown(one.province_label),
            Shown(one.last_on),
            Shown(one.days),
        ]

    empty = (say(N_("No agency is silent")), say(N_("Every agency has sent something lately.")))
    return RoomTable("silent", say(N_("Silent agencies")), columns, RowsOf(found, row), empty)

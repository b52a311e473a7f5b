"""The tables of the reporting room: who owes what, how many, one report field by field, the sums of a roll-up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from services.inspection.cases import Case
from services.inspection.domain.periodic_report_rules import difference
from services.inspection.domain.report_templates import ReportField, templates
from services.inspection.exports.sheet import percent_cell
from services.inspection.read_models import percent
from services.inspection.web.filters import N_
from services.inspection.web.programme_tables import Telling, state_word
from services.inspection.web.room_tables import RoomColumn, RoomTable, RowsOf, Shown
from shared import clock

_OWED = ("opened", "prefilled", "returned")


class ReportLine(NamedTuple):
    """One report as the room counts it; days as day numbers."""

    record: Case
    due: int
    submitted_on: int | None
    #: Days that it came, or has not come, after it was due.
    late_days: int
    #: Fields in which the agency departs from what its events say.
    differences: int

    @property
    def receiver(self) -> str:
        """Return who receives it; empty where nobody was named."""
        return self.record.receiver

    @property
    def owed(self) -> bool:
        """Return whether the agency still has to hand it in."""
        return self.record.status in _OWED


def line_of(record: Case, day: int) -> ReportLine:
    """Return a report as it stands on a day."""
    handed = record.worked_out.get("handed")
    if handed is None:
        handed = record.worked_out["handed"] = _handed(record)
    due, submitted, differences = handed
    came = day if submitted is None or record.status in _OWED else submitted
    return ReportLine(record, due, submitted, max(0, came - due), differences)


def _handed(record: Case) -> tuple[int, int | None, int]:
    """Return until when a report is due, when it was handed in, and in how many fields it departs from the events."""
    state = record.state
    submitted = clock.day_of(state["submitted_on"]) if state.get("submitted_on") else None
    pairs = (
        (before, state["submitted"].get(name)) for name, before in state["prefilled"].items() if state["submitted"]
    )
    departing = sum(1 for before, after in pairs if difference(before, after) > 0)
    return clock.day_of(state["due_on"]), submitted, departing


#: What can be counted, and the reports that count.
GROUPS: Mapping[str, Callable[[ReportLine], bool]] = {
    "owed": lambda line: line.owed,
    "overdue": lambda line: line.owed and line.late_days > 0,
    "handed_in": lambda line: not line.owed,
    "late": lambda line: not line.owed and line.late_days > 0,
    "to_accept": lambda line: line.record.status == "submitted",
    "accepted": lambda line: line.record.status in ("accepted", "rolled_up"),
    "differing": lambda line: line.differences > 0,
}
GROUP_WORDS: Mapping[str, str] = {
    "owed": N_("Not handed in"),
    "overdue": N_("Overdue"),
    "handed_in": N_("Handed in"),
    "late": N_("Handed in late"),
    "to_accept": N_("To accept"),
    "accepted": N_("Accepted by the receiver"),
    "differing": N_("With differences"),
}


def report_address(record: Case, ending: str = "") -> str:
    """Return the address of a report's page."""
    return f"/reporting/{quote(record.agency_id, safe='')}/{quote(record.subject, safe='')}{ending}"


def reports_table(lines: Sequence[ReportLine], telling: Telling) -> RoomTable:
    """Return the reports one by one."""
    say = telling.translate
    columns = [
        RoomColumn(say(N_("Agency")), below=say(N_("Agency id"))),
        RoomColumn(say(N_("Report"))),
        RoomColumn(say(N_("State"))),
        RoomColumn(say(N_("Due")), "day"),
        RoomColumn(say(N_("Handed in on")), "day"),
        RoomColumn(say(N_("Days late")), "whole"),
        RoomColumn(say(N_("Differences")), "whole"),
        RoomColumn(say(N_("Receiver")), below=say(N_("Agency id"))),
    ]

    def row(line: ReportLine) -> list[Shown]:
        return [
            telling.agency(line.record.agency_id),
            Shown(line.record.subject, report_address(line.record)),
            Shown(state_word(line.record, telling.language), tone=_tone(line)),
            Shown(line.due),
            Shown(line.submitted_on),
            Shown(line.late_days),
            Shown(line.differences, report_address(line.record, "#fields") if line.differences else ""),
            _receiver(line.receiver, telling),
        ]

    hint = say(N_("Choose another period, state or day."))
    return RoomTable("reports", say(N_("Periodic reports")), columns, RowsOf(lines, row), (say(N_("No report")), hint))


def _receiver(agency_id: str, telling: Telling) -> Shown:
    return telling.agency(agency_id) if agency_id else Shown(None)


def _tone(line: ReportLine) -> str:
    if line.owed:
        return "red" if line.late_days else "yellow"
    return "green" if line.record.status in ("accepted", "rolled_up") else "blue"


def summary_table(lines: Sequence[ReportLine], telling: Telling) -> RoomTable:
    """Return how many reports of each form, period and receiver are in which group; each number opens its rows."""
    say = telling.translate
    columns = [
        RoomColumn(say(N_("Report"))),
        RoomColumn(say(N_("Receiver")), below=say(N_("Agency id"))),
        RoomColumn(say(N_("All")), "whole"),
        *(RoomColumn(say(word), "whole") for word in GROUP_WORDS.values()),
    ]
    by_key: dict[tuple[str, str], list[tuple[ReportLine, int]]] = {}
    for line, count in _alike(lines):
        by_key.setdefault((line.record.subject, line.receiver), []).append((line, count))
    rows = [_summary_row(key, found, telling) for key, found in sorted(by_key.items(), reverse=True)]
    return RoomTable("summary", say(N_("By form, period and receiver")), columns, rows)


def _alike(lines: Sequence[ReportLine]) -> Iterable[tuple[ReportLine, int]]:
    """Return one of the lines that are in the same row and the same groups, and how many they are."""
    counts: dict[tuple[Any, ...], int] = {}
    first: dict[tuple[Any, ...], ReportLine] = {}
    for line in lines:
        record, _due, _submitted, late_days, differences = line
        key = (record.subject, record.receiver, record.status, late_days > 0, differences > 0)
        counts[key] = counts.get(key, 0) + 1
        first.setdefault(key, line)
    return [(first[key], count) for key, count in counts.items()]


def _summary_row(key: tuple[str, str], lines: Sequence[tuple[ReportLine, int]], telling: Telling) -> list[Shown]:
    report, receiver = key

    def rows_of(group: str | None) -> str:
        return f"{telling.filters.address(report=report, receiver=receiver or None, state=group)}#reports"

    def counted(belongs: Callable[[ReportLine], bool]) -> int:
        return sum(count for line, count in lines if belongs(line))

    return [
        Shown(report, rows_of(None)),
        _receiver(receiver, telling),
        Shown(sum(count for _line, count in lines), rows_of(None)),
        *(Shown(counted(belongs), rows_of(group)) for group, belongs in GROUPS.items()),
    ]


def fields_table(record: Case, telling: Telling) -> RoomTable:
    """Return one report field by field: what events say, what was handed in, how far apart, why."""
    say, state = telling.translate, record.state
    columns = [
        RoomColumn(say(N_("Field")), below=say(N_("Name of the field"))),
        RoomColumn(say(N_("Section"))),
        RoomColumn(say(N_("From the events")), "whole"),
        RoomColumn(say(N_("Handed in")), "whole"),
        RoomColumn(say(N_("Difference")), "percent"),
        RoomColumn(say(N_("Reason"))),
    ]
    rows = [_field_row(one, state, telling) for one in templates()[state["template_version"]].fields]
    return RoomTable("fields", say(N_("Figures of the report")), columns, rows)


def _field_row(one: ReportField, state: Mapping[str, Any], telling: Telling) -> list[Shown]:
    english = telling.language == "en"
    before, after = state["prefilled"].get(one.field), state["submitted"].get(one.field)
    departs = difference(before, after) if one.field in state["submitted"] and one.field in state["prefilled"] else 0.0
    apart = Shown(percent_cell(percent(departs, 1)) if departs else None)
    reason = state["reasons"].get(one.field)
    unexplained = departs > state["tolerance"] and not reason
    why = Shown(telling.translate(N_("reason missing")), tone="red") if unexplained else Shown(reason)
    section = one.section_en if english else one.section_vi
    return [
        Shown(one.en if english else one.vi, below=one.field),
        Shown(section),
        Shown(before),
        Shown(after),
        apart,
        why,
    ]


def sums_table(values: Mapping[str, Any], template: str, telling: Telling) -> RoomTable:
    """Return the sums of a roll-up in the order of the form."""
    say, english = telling.translate, telling.language == "en"
    columns = [RoomColumn(say(N_("Field")), below=say(N_("Name of the field"))), RoomColumn(say(N_("Sum")), "whole")]
    rows = [
        [Shown(one.en if english else one.vi, below=one.field), Shown(values[one.field])]
        for one in templates()[template].fields
        if one.field in values
    ]
    return RoomTable("sums", say(N_("Sums")), columns, rows)


def departures_table(found: Sequence[Mapping[str, Any]], telling: Telling) -> RoomTable:
    """Return the differences within the sums, agency by agency."""
    say = telling.translate
    columns = [
        RoomColumn(say(N_("Agency")), below=say(N_("Agency id"))),
        RoomColumn(say(N_("Name of the field"))),
        RoomColumn(say(N_("From the events")), "whole"),
        RoomColumn(say(N_("Handed in")), "whole"),
        RoomColumn(say(N_("Reason"))),
    ]
    rows = [
        [
            telling.agency(one["agency_id"]),
            Shown(one["field"]),
            Shown(one["prefilled"]),
            Shown(one["submitted"]),
            Shown(one["reason"]),
        ]
        for one in found
    ]
    empty = (say(N_("No difference")), say(N_("What was handed in is what the events say.")))
    return RoomTable("departures", say(N_("Differences within the sums")), columns, rows, empty)


def parts_table(found: Mapping[str, Any], telling: Telling) -> RoomTable:
    """Return whose reports are within the sums, and whose are missing."""
    say = telling.translate
    columns = [RoomColumn(say(N_("Agency")), below=say(N_("Agency id"))), RoomColumn(say(N_("In the sums")))]
    rows = [[telling.agency(one), Shown(say(N_("yes")), tone="green")] for one in found["included"]]
    rows += [[telling.agency(one["agency_id"]), Shown(say(N_("missing")), tone="red")] for one in found["missing"]]
    empty = (say(N_("Nobody reports here")), say(N_("No agency owes this receiver a report of this form and period.")))
    return RoomTable("parts", say(N_("Agencies that report")), columns, rows, empty)

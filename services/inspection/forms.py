"""The JSON forms of what the read side hands out. Owns names and units on the wire only.

Days are `YYYY-MM-DD`, instants RFC 3339 in UTC; `rate` is a fraction, unrounded; `values.percent` is the rate for display.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from services.inspection.explain import Explanation
from services.inspection.figures import Basis
from services.inspection.indicators.definition import UNITS, Indicator
from services.inspection.read_models import AgencyLine, AgencyPage, Answer, DatedChange, Figure, TimelinePage
from shared import clock
from shared.registry.record import AgencyRecord


def day(number: int | None) -> str | None:
    """Return a day number as a date."""
    return None if number is None else clock.to_date(number).isoformat()


def indicator(found: Indicator) -> dict[str, Any]:
    """Return the description of an indicator."""
    return {
        "id": found.id,
        "name": {"vi": found.name_vi, "en": found.name_en},
        "formula": {"vi": found.formula_vi, "en": found.formula_en},
        "unit": found.unit,
        "unit_label": dict(zip(("vi", "en"), UNITS[found.unit], strict=True)),
        "ratio": found.ratio,
        "variants": ["reported", "verified"],
        "source": found.source,
        "over_period": found.over_period,
    }


def figure(found: Figure) -> dict[str, Any]:
    """Return a figure; `percent` among the values is for display."""
    values = dict(found.values)
    if found.numerator is not None:
        values["percent"] = found.percent
    return {
        "numerator": found.numerator,
        "denominator": found.denominator,
        "rate": found.rate,
        "values": values,
    }


def _moment(as_of: int, known_at: int, watermark: int) -> dict[str, Any]:
    return {
        "as_of": day(as_of),
        "known_at": clock.to_rfc3339(known_at),
        "watermark": clock.to_rfc3339(watermark),
    }


def answer(found: Answer) -> dict[str, Any]:
    """Return the answer to a question about an indicator."""
    rows = [
        {"key": row.key, "label": row.label_vi, "label_en": row.label_en, **figure(row.figure)} for row in found.rows
    ]
    return {
        "indicator": found.indicator,
        **_moment(found.as_of, found.known_at, found.watermark),
        "rows": rows,
    }


def explanation(found: Explanation) -> dict[str, Any]:
    """Return what is behind a figure."""
    return {
        "indicator": found.indicator,
        **_moment(found.as_of, found.known_at, found.watermark),
        "key": found.key,
        **figure(found.figure),
        "agencies": [
            {"agency_id": share.agency_id, "label": share.label, **figure(share.figure)} for share in found.agencies
        ],
        "events": [
            {
                "service": cause.service,
                "partition": cause.partition,
                "position": cause.position,
                "id": cause.event_id,
                "type": cause.type,
                "source": cause.source,
                "subject": cause.subject,
                "agency_id": cause.agency_id,
                "occurred_at": clock.to_rfc3339(cause.occurred_at),
                "recorded_at": clock.to_rfc3339(cause.recorded_at),
                "measures": list(cause.measures),
                **({"late_reason": cause.late_reason} if cause.late_reason else {}),
                **({"verdict": cause.verdict} if cause.verdict else {}),
            }
            for cause in found.events
        ],
        "next": found.next,
    }


def agency_line(line: AgencyLine) -> dict[str, Any]:
    """Return an agency as it stands on a day."""
    return {**asdict(line), "valid_from": day(line.valid_from), "valid_to": day(line.valid_to)}


def agency_page(page: AgencyPage) -> dict[str, Any]:
    """Return a page of the registry."""
    return {
        **_moment(page.as_of, page.known_at, page.watermark),
        "total": page.total,
        "agencies": [agency_line(line) for line in page.agencies],
        "next": page.next,
    }


def agency(given: Basis, line: AgencyLine, changes: Sequence[DatedChange]) -> dict[str, Any]:
    """Return one agency with its dated history."""
    moment = given.moment
    return {
        **_moment(moment.as_of, moment.known_at, given.watermark),
        **agency_line(line),
        **_over_time(given.snapshot.records[line.agency_id]),
        "history": [
            {**asdict(change), "on": day(change.on), "recorded_at": clock.to_rfc3339(change.recorded_at)}
            for change in changes
        ],
    }


def _over_time(record: AgencyRecord) -> dict[str, Any]:
    """Return what held of an agency since when, and whom it succeeds and is succeeded by."""
    dated = {"names": record.names, "parents": record.parents, "sector_parents": record.sector_parents}
    histories = {**dated, "obligations": record.obligations, "activity": record.activity}
    return {
        "codes": record.codes,
        "has_tthc": record.has_tthc,
        "ended_how": record.ended_how,
        "successors": record.successors,
        "predecessors": record.predecessors,
        "over_time": {
            name: [{"from": day(first), "value": value} for first, value in history]
            for name, history in histories.items()
        },
    }


def timeline(agency_id: str, as_of: int, page: TimelinePage) -> dict[str, Any]:
    """Return a page of an agency's time line."""
    entries = []
    for entry in page.entries:
        times = {name: clock.to_rfc3339(getattr(entry, name)) for name in ("occurred_at", "recorded_at", "received_at")}
        entries.append({**asdict(entry), **times, "id": entry.event_id})
    return {
        "agency_id": agency_id,
        **_moment(as_of, page.known_at, page.watermark),
        "events": entries,
        "next": page.next,
    }

"""Builds logs of recorded events by hand, for tests and measurements of what is built from logs.

Owns the numbering: positions without gaps per service, `recorded_at` that increases along each log.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from shared import clock
from shared.eventstore.records import RecordedEvent

#: Service that owns an aggregate.
OWNERS: Mapping[str, str] = {
    **dict.fromkeys(("agency", "admin_unit", "obligation", "registry", "reorganisation"), "inspection"),
    **dict.fromkeys(("inspection_programme", "selection", "risk_score"), "inspection"),
    **dict.fromkeys(("inspection", "recommendation", "target", "periodic_report"), "inspection"),
    **dict.fromkeys(("legal_text", "tthc", "procedure", "declaration", "law_change"), "documents"),
    **dict.fromkeys(("audit", "nonconformity", "action", "dossier_stats", "survey", "feedback"), "audit"),
    **dict.fromkeys(("management_review", "objective", "training", "focal_point", "budget"), "audit"),
    **dict.fromkeys(("good_practice", "commendation"), "audit"),
    **dict.fromkeys(("indicator",), "inspection"),
    **dict.fromkeys(("alert", "delivery", "silence", "system_signal"), "notify"),
    **dict.fromkeys(("subscription", "escalation_policy", "oncall"), "notify"),
}
_SECOND = 1_000_000


def at(day: str, hour: int = 8) -> int:
    """Return the instant of a Vietnamese day and hour."""
    return clock.start_of_day(clock.day_of(day)) + hour * 3600 * _SECOND


@dataclass(slots=True)
class RecordedLogs:
    """The logs of all services, as they grow."""

    events: list[RecordedEvent] = field(default_factory=list)
    _positions: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _versions: dict[tuple[str, str, str], int] = field(default_factory=lambda: defaultdict(int))
    _recorded: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(  # noqa: PLR0913 - one argument for each attribute a test may set
        self,
        kind: str,
        source: str,
        subject: str,
        data: Mapping[str, Any] | None = None,
        *,
        on: str,
        known: str | int | None = None,
        agency: str = "",
        provenance: str = "self_reported",
        corrects: str | None = None,
    ) -> RecordedEvent:
        """Append an event, and return it.

        Args:
            kind: Aggregate and event, `procedure.issued`.
            source: Agency whose record it is.
            subject: The aggregate's id.
            data: The event's fields.
            on: Vietnamese day on which it happened.
            known: Day or instant at which it was recorded; default the day on which it happened.
            agency: Agency that it is about, where that is not the source.
            provenance: Where it comes from.
            corrects: Id of the event that it corrects or takes back.
        """
        aggregate = kind.partition(".")[0]
        service = OWNERS[aggregate]
        self._positions[service] += 1
        self._versions[aggregate, source, subject] += 1
        position = self._positions[service]
        wanted = known if isinstance(known, int) else at(known or on, 9)
        recorded_at = self._recorded[service] = max(wanted, self._recorded[service] + 1)
        fields = dict(data or {})
        if agency:
            fields["agency_id"] = agency
        event = RecordedEvent(
            service=service,
            partition=0,
            position=position,
            type=f"qms.{kind}",
            source=source,
            agency_id=agency or source,
            subject=subject,
            event_id=f"{service}-{position}",
            occurred_at=at(on),
            recorded_at=recorded_at,
            received_at=recorded_at,
            provenance=provenance,
            asserter=source,
            stream_version=self._versions[aggregate, source, subject],
            body=orjson.dumps(
                {
                    "type": f"qms.{kind}",
                    "source": f"/agencies/{source}",
                    **({"corrects": corrects} if corrects else {}),
                    "data": fields,
                }
            ),
        )
        self.events.append(event)
        return event

    def agency(
        self, agency_id: str, *, kind: str = "commune_pc", level: str = "commune", **fields: Any
    ) -> RecordedEvent:
        """Register an agency; it exists from 2000 on unless said otherwise."""
        since = fields.pop("since", "2000-01-01")
        known = fields.pop("known", since)
        data = {
            "agency_id": agency_id,
            "name_vi": fields.pop("name_vi", f"Cơ quan {agency_id}"),
            "kind": kind,
            "level": level,
            "obligation": fields.pop("obligation", "mandatory"),
            "has_tthc": True,
            "inspection_rights": False,
            "valid_from": since,
            **fields,
        }
        return self.add("agency.registered", agency_id, agency_id, data, on=since, known=known)

    def of(self, service: str) -> list[RecordedEvent]:
        """Return one service's log."""
        return [event for event in self.events if event.service == service]

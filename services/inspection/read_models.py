"""What the read side of the oversight views hands out: plain records, ready to render.

Owns the shapes that pages, the JSON interface and the command line share; how they are computed is in
`queries.py` and the modules beside it. Days are day numbers (`shared.clock`), instants microseconds UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any


def percent(numerator: float, denominator: float) -> str | None:
    """Return a rate for display: half-up to two decimals ("99.18"), None where there is no denominator."""
    if denominator == 0:
        return None
    rate = Decimal(str(numerator)) * 100 / Decimal(str(denominator))
    return str(rate.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; indicators that are no ratio have None for numerator and denominator."""

    numerator: int | float | None
    denominator: int | float | None
    #: Further values by name (funnel counts, medians, by original due date …), and `percent`.
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rate(self) -> float | None:
        """Return numerator / denominator as a fraction, None where it does not apply."""
        if self.numerator is None or not self.denominator:
            return None
        return self.numerator / self.denominator

    @property
    def percent(self) -> str | None:
        """Return the rate for display ("99.18"), None where it does not apply ("không áp dụng")."""
        if self.numerator is None or self.denominator is None:
            return None
        return percent(self.numerator, self.denominator)

    @property
    def exact(self) -> tuple[str | None, float | None, float | None]:
        """Return the rate for display with what it is the rate of."""
        return self.percent, self.numerator, self.denominator


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of one group of agencies."""

    #: `all`, the scope's agency id, a province code (`P92`, `central`), a level, a kind, or an agency id.
    key: str
    label_vi: str
    label_en: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Answer:
    """An indicator's figures as of a day, as known at an instant."""

    indicator: str
    as_of: int
    known_at: int
    watermark: int
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """How many agencies are in one state of building up their quality management."""

    #: none, planned, building, applying, certified, declared, maintained, needs_redeclaration, rescinded, lapsed.
    state: str
    label_vi: str
    label_en: str
    count: int
    #: Percent text with two decimals; the steps of one funnel sum to exactly 100.00.
    percent: str


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One province (or `central`, or the total) on the national board."""

    key: str
    label_vi: str
    label_en: str
    #: Live agencies in it.
    agencies: int
    #: By indicator id, those of `queries.BOARD`.
    figures: Mapping[str, Figure]
    funnel: Sequence[FunnelStep]


@dataclass(frozen=True, slots=True)
class Board:
    """The national board: every province, and the total over all."""

    as_of: int
    known_at: int
    watermark: int
    variant: str
    #: Agency id that the board is limited to, or None for all agencies.
    scope: str | None
    rows: Sequence[BoardRow]
    total: BoardRow


@dataclass(frozen=True, slots=True)
class Report:
    """All ratios and the board together, as known at the same instant."""

    known_at: int
    watermark: int
    board: Board
    #: The figures of all ratios, of everything asked for.
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class AgencyLine:
    """An agency as it stands on a day."""

    agency_id: str
    name_vi: str
    name_en: str
    kind: str
    level: str
    obligation: str
    parent_id: str | None
    sector_parent_id: str | None
    admin_unit_code: str | None
    #: Province code (`P92`), `central`, or `unknown`.
    province: str
    province_label: str
    live: bool
    #: proposed, active, suspended, ended.
    status: str
    valid_from: int | None
    valid_to: int | None


@dataclass(frozen=True, slots=True)
class AgencyPage:
    """A page of the registry, ordered by agency id."""

    as_of: int
    known_at: int
    watermark: int
    total: int
    agencies: Sequence[AgencyLine]
    #: `after` of the next page, None on the last.
    next: str | None


@dataclass(frozen=True, slots=True)
class DatedChange:
    """One fact of an agency's own history (registered, renamed, reparented, …)."""

    type: str
    on: int
    recorded_at: int
    service: str
    position: int
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One event of an agency, both times, where it stands in the log."""

    service: str
    partition: int
    position: int
    event_id: str
    type: str
    aggregate: str
    source: str
    subject: str
    occurred_at: int
    recorded_at: int
    received_at: int
    provenance: str
    asserter: str
    data: Mapping[str, Any]
    #: confirmed, contradicted, unverifiable; None while nobody has verified it.
    verdict: str | None = None


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Events of an agency, newest first by business time."""

    known_at: int
    watermark: int
    entries: Sequence[TimelineEntry]
    #: `after` of the next page, None on the last.
    next: str | None


@dataclass(frozen=True, slots=True)
class ProcedureLine:
    """One working procedure (quy trình) as of a day."""

    procedure_id: str
    source: str
    code: str
    title: str
    #: system, tthc, internal.
    kind: str
    tthc_code: str | None
    #: draft, in_review, approved, in_force, under_revision, withdrawn.
    status: str
    edition: int | None
    revision: int | None
    effective_from: int | None
    regulated_days: float | None
    committed_days: float | None
    stale: bool
    #: Days since the law it rests on changed; None while it is not stale.
    stale_days: int | None
    #: Day by which it has to be brought up to date; None while it is not stale.
    stale_due: int | None


@dataclass(frozen=True, slots=True)
class NonconformityLine:
    """One nonconformity (điểm không phù hợp) as of a day."""

    nc_id: str
    source: str
    #: major, minor, observation, …
    grade: str
    clause: str | None
    statement: str
    status: str
    open: bool
    raised_on: int
    #: Days it has been open, or was until it was closed.
    age_days: int


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One corrective action (hành động khắc phục) as of a day."""

    action_id: str
    source: str
    nc_id: str | None
    title: str
    status: str
    open: bool
    due: int
    original_due: int
    extensions: int
    #: Days past the present due date; 0 while it is not overdue.
    overdue_days: int
    #: Days past the first due date; 0 while it is not overdue.
    overdue_original_days: int


@dataclass(frozen=True, slots=True)
class DeclarationLine:
    """One declaration of conformity, plan or certificate as of a day."""

    declaration_id: str
    source: str
    #: planned, building, applying, declared, certified, needs_redeclaration, rescinded, lapsed.
    status: str
    standard_version: str | None
    decision_no: str | None
    since: int
    fields: Sequence[str]


@dataclass(frozen=True, slots=True)
class AgencyFile:
    """One agency as of a day, as known at an instant: record, history, what it owes."""

    as_of: int
    known_at: int
    watermark: int
    agency: AgencyLine
    #: Agencies directly below it that are live on the day.
    children: Sequence[AgencyLine]
    changes: Sequence[DatedChange]
    figures: Mapping[str, Figure]
    funnel_state: str
    procedures: Sequence[ProcedureLine]
    nonconformities: Sequence[NonconformityLine]
    actions: Sequence[ActionLine]
    declarations: Sequence[DeclarationLine]
    timeline: TimelinePage


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert as the views know it from the events of `notify`."""

    alert_id: str
    #: Rule id, `A2`.
    rule: str
    severity: str
    #: opened, acknowledged, snoozed, resolved, …
    status: str
    agency_id: str
    agency_name: str
    subject: str
    opened_at: int
    facts: Mapping[str, Any]
    #: Of the event in the log of `notify` that opened it.
    position: int


@dataclass(frozen=True, slots=True)
class LegalChange:
    """A change of the law and what it did to the procedures that rest on it."""

    #: Natural key of the changed text.
    legal_text: str
    number: str
    title: str
    issuer: str
    #: registered, amended, replaced, repealed, suspended.
    change: str
    announced_at: int
    effective_from: int | None
    #: Procedures that are stale because of it.
    stale: int
    #: Procedures revised or confirmed because of it.
    updated: int
    #: Agencies with a procedure that is stale because of it.
    agencies: int
    #: The event that told of it.
    source: str = ""
    event_id: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True)
class SourceFreshness:
    """How far the views have come in one service's log."""

    service: str
    partition: int
    position: int
    recorded_at: int


@dataclass(frozen=True, slots=True)
class Freshness:
    """How fresh the views are: the earliest of what is applied from each log."""

    watermark: int
    sources: Sequence[SourceFreshness]
    #: Events parked because they could not be applied.
    parked: int

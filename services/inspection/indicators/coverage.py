"""I1, I2 and I2a: how far agencies have come from a plan to a maintained declaration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from services.inspection.indicators.audits import AUDIT_RECENT
from services.inspection.indicators.declarations import DECLARATION, DECLARED_YEAR, PLAN
from services.inspection.indicators.sums import NOTHING, Need, Question, Sums
from services.inspection.indicators.timeline import Amounts
from services.inspection.read_models import Figure, FunnelStep, percent

#: Who owes a plan: ministries and equivalents, and provincial People's Committees (Decision 118/2009/QĐ-TTg, article 5).
PLAN_KINDS = frozenset({"ministry", "ministerial_agency", "government_agency", "provincial_pc"})
PLAN_LEVELS = frozenset({"central", "province"})

#: States of the funnel with their names, in the order of the way.
STATES = {
    "none": ("Chưa triển khai", "Not begun"),
    "planned": ("Đã có kế hoạch", "Planned"),
    "building": ("Đang xây dựng", "Building"),
    "applying": ("Đang áp dụng", "Applying"),
    "certified": ("Được chứng nhận (trước 18/5/2014)", "Certified (before 18 May 2014)"),
    "declared": ("Đã công bố", "Declared"),
    "maintained": ("Duy trì", "Maintained"),
    "needs_redeclaration": ("Cần công bố lại", "Needs redeclaration"),
    "rescinded": ("Đã hủy bỏ công bố", "Rescinded"),
    "lapsed": ("Hết hiệu lực", "Lapsed"),
}

#: Which state counts for an agency with several records: the one that says most for it, then the one of the way on.
_PRECEDENCE = (
    *("certified", "needs_redeclaration", "applying", "building", "planned"),
    *("rescinded", "lapsed"),
)

PLAN_NEEDS = (Need(PLAN),)
COVERAGE_NEEDS = (Need(DECLARATION, broken=True),)
FUNNEL_NEEDS = (Need(DECLARATION, broken=True), Need(DECLARED_YEAR), Need(AUDIT_RECENT))


def covered(sums: Sums) -> set[str]:
    """Return the agencies of which a declaration, or a certificate of before 18 May 2014, is live."""
    # An agency is in its province, in the whole country, and in the figures that rest on this one.
    found: set[str] | None = sums.worked_out.get(_COVERED)
    if found is None:
        found = {agency_id for agency_id, states in sums.parts.get(DECLARATION, {}).items() if _is_live(states)}
        sums.worked_out[_COVERED] = found
    return found


def _is_live(states: Mapping[str, Amounts]) -> bool:
    return states.get("declared", NOTHING)[0] > 0 or states.get("certified", NOTHING)[0] > 0


#: Names of what is worked out once for all groups of an answer.
_COVERED, _STATE = "covered", "state of the funnel"


def state_of(sums: Sums, agency_id: str) -> str:
    """Return the one state of the funnel that an agency is in.

    `maintained` is a declaration that stands, was first made at least 365 days ago, and an internal audit completed
    in the last 365 days.
    """
    known = _states(sums)
    found = known.get(agency_id)
    if found is None:
        found = known[agency_id] = _state_of(sums, agency_id)
    return found


def _states(sums: Sums) -> dict[str, str]:
    """Return the states that have been worked out."""
    found: dict[str, str] = sums.worked_out.setdefault(_STATE, {})
    return found


def _state_of(sums: Sums, agency_id: str) -> str:
    states = sums.part(DECLARATION, agency_id)
    if states.get("declared", (0,))[0] > 0:
        old = sums.total(DECLARED_YEAR, agency_id)[0] > 0
        audited = sums.total(AUDIT_RECENT, agency_id)[0] > 0
        return "maintained" if old and audited else "declared"
    return next((state for state in _PRECEDENCE if states.get(state, (0,))[0] > 0), "none")


def plan_rate(question: Question) -> Figure:
    """Return I1: agencies with an approved plan among those that owe one."""
    owing = [m for m in question.members if m.kind in PLAN_KINDS and m.level in PLAN_LEVELS]
    planned = sum(question.sums.total(PLAN, member.agency_id)[0] > 0 for member in owing)
    return Figure(planned, len(owing))


def coverage(question: Question) -> Figure:
    """Return I2: agencies with a live declaration; by obligation among the values."""
    live = covered(question.sums)
    all_of = Counter([member.obligation for member in question.members])
    live_of = Counter([member.obligation for member in question.members if member.agency_id in live])
    values = {
        obligation: {
            "numerator": live_of[obligation],
            "denominator": number,
            "percent": percent(live_of[obligation], number),
        }
        for obligation, number in sorted(all_of.items())
    }
    return Figure(live_of.total(), len(question.members), values)


def funnel(question: Question) -> list[FunnelStep]:
    """Return how many agencies are in each state; the percentages sum to exactly 100.00 (or all to 0.00)."""
    counts, known = dict.fromkeys(STATES, 0), _states(question.sums)
    for member in question.members:
        counts[known.get(member.agency_id) or state_of(question.sums, member.agency_id)] += 1
    shares = _shares(list(counts.values()))
    return [
        FunnelStep(state, *STATES[state], count, share)
        for (state, count), share in zip(counts.items(), shares, strict=True)
    ]


def _shares(counts: list[int]) -> list[str]:
    """Return percentages with two decimals by largest remainder, so that they sum to 100.00."""
    total = sum(counts)
    if total == 0:
        return ["0.00"] * len(counts)
    hundredths = [count * 10_000 // total for count in counts]
    missing = 10_000 - sum(hundredths)
    by_remainder = sorted(range(len(counts)), key=lambda index: -(counts[index] * 10_000 % total))
    for index in by_remainder[:missing]:
        hundredths[index] += 1
    return [f"{value // 100}.{value % 100:02d}" for value in hundredths]


def funnel_figure(question: Question) -> Figure:
    """Return I2a: counts and shares by state; no ratio, so neither numerator nor denominator."""
    size = len(question.members)
    values = {
        step.state: {
            "count": step.count,
            "share": step.count / size if size else None,
            "percent": step.percent if size else None,
        }
        for step in funnel(question)
    }
    return Figure(None, None, {"agencies": size, **values})

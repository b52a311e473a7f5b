"""Staleness (I6): the worked examples, every way to cover a change, and a naive reference."""

from __future__ import annotations

from itertools import takewhile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.documents.domain.staleness import BasisFact, TextChange, assess, stale_days
from shared import clock

T1 = "61/2018/NĐ-CP|Chính phủ|2018-04-23"
T2 = "118/2025/NĐ-CP|Chính phủ|2025-06-09"
OTHER = "45/2020/NĐ-CP|Chính phủ|2020-04-08"


def day(text: str) -> int:
    return clock.day_of(text)


def fact(kind: str, on: str | int, **more: object) -> BasisFact:
    at_day = day(on) if isinstance(on, str) else on
    live = {"issued": True, "baselined": True, "withdrawn": False}.get(kind)
    values = {"effective_on": at_day, "live": live, "event_id": f"{kind}-{on}", **more}
    return BasisFact(kind=kind, at=clock.start_of_day(at_day), day=at_day, **values)  # type: ignore[arg-type]


def change(cause: str = "replaced", announced: str = "2026-02-01", effective: str = "2026-03-01") -> TextChange:
    at = clock.start_of_day(day(announced))
    return TextChange("vpcp", "c1", T1, cause, day(announced), day(effective), T2, at)


ISSUED = [fact("drafted", "2020-05-01", basis=(T1, OTHER)), fact("issued", "2020-06-01")]


def test_worked_example_1_a_procedure_goes_stale_and_a_revision_settles_it():
    revision = fact("revised", "2026-04-16", effective_on=day("2026-04-20"), basis=(T2, OTHER))
    history = [*ISSUED, revision]
    assert stale_days(history, change(), day("2026-02-28")) is None
    assert stale_days(history, change(), day("2026-03-01")) == 0
    assert stale_days(history, change(), day("2026-04-15")) == 45
    assert stale_days(history, change(), day("2026-04-19")) == 49
    assert stale_days(history, change(), day("2026-04-20")) is None
    found = assess(history, change())
    assert found.settled_by is revision
    assert found.cleared_on - change().effective_from == 50


def test_worked_example_1_variant_a_review_ahead_of_the_law_means_never_stale():
    history = [*ISSUED, fact("reviewed_no_change", "2026-02-20", cites=T2)]
    assert all(stale_days(history, change(), day("2026-02-01") + n) is None for n in range(400))
    assert assess(history, change()).cleared_on == day("2026-02-20")


@pytest.mark.parametrize("cause", ["amended", "replaced", "repealed"])
@pytest.mark.parametrize(
    ("later", "covered"),
    [
        (fact("revised", "2026-03-10", basis=(T2,)), True),
        (fact("revised", "2026-03-10", basis=(T1, OTHER)), True),
        (fact("revised", "2026-03-10", basis=(OTHER,)), True),
        (fact("revised", "2026-03-10", cites=T2), True),
        (fact("revised", "2026-03-10", cites=T1), True),
        (fact("revised", "2026-03-10"), False),
        (fact("revised", "2026-03-10", cites=OTHER), False),
        (fact("revised", "2026-02-01", cites=T2), True),
        (fact("revised", "2026-01-31", cites=T2), False),
        (fact("reviewed_no_change", "2026-03-10", cites=T1), True),
        (fact("reviewed_no_change", "2026-03-10", cites=T2), True),
        (fact("reviewed_no_change", "2026-03-10"), False),
        (fact("reviewed_no_change", "2026-03-10", cites=OTHER), False),
        (fact("reviewed_no_change", "2026-01-31", cites=T1), False),
        (fact("withdrawn", "2026-03-10"), True),
    ],
)
def test_what_covers_a_change(cause, later, covered):
    assert (assess([*ISSUED, later], change(cause)).settled_by is later) is covered


def test_the_earliest_day_counts_when_several_events_cover():
    revision = fact("revised", "2026-02-10", effective_on=day("2026-05-01"), basis=(T2,))
    review = fact("reviewed_no_change", "2026-03-20", cites=T2)
    assert assess([*ISSUED, revision, review], change()).settled_by is review


@pytest.mark.parametrize(
    ("history", "exposed"),
    [
        ([fact("drafted", "2026-03-05", basis=(T2,)), fact("issued", "2026-03-10")], False),
        ([fact("drafted", "2026-03-05", basis=(T1,)), fact("issued", "2026-03-10")], True),
        ([fact("drafted", "2026-03-05", basis=(T1, T2)), fact("issued", "2026-03-10")], False),
        ([fact("drafted", "2020-05-01", basis=(T1,)), fact("issued", "2026-03-10")], True),
        ([fact("drafted", "2020-05-01", basis=(T1,))], False),
        ([fact("baselined", "2026-03-10", basis=(T1,))], True),
        ([fact("baselined", "2026-03-10", basis=(T1,), reviewed_on=day("2026-02-01"))], False),
        ([fact("baselined", "2026-03-10", basis=(T1,), reviewed_on=day("2026-01-31"))], True),
        ([fact("baselined", "2026-03-10", basis=(T2,))], False),
        ([fact("baselined", "2026-03-10", basis=(T1,), live=False)], False),
        ([*ISSUED, fact("withdrawn", "2026-01-15")], False),
        ([*ISSUED, fact("revised", "2026-01-15", basis=(OTHER,))], False),
    ],
)
def test_which_procedures_come_to_rest_on_a_changed_text(history, exposed):
    assert (assess(history, change()).exposed_by is not None) is exposed


TEXTS = (T1, T2, OTHER)
START = day("2026-01-01")
BASES = st.lists(st.sampled_from(TEXTS), max_size=3, unique=True).map(tuple)


@st.composite
def histories(draw: st.DrawFn) -> list[BasisFact]:
    days = sorted(draw(st.lists(st.integers(START, START + 40), min_size=1, max_size=7, unique=True)))
    history = [fact("drafted", days[0], basis=draw(BASES))]
    if len(days) > 1:
        history.append(fact("issued", days[1]))
    for number in days[2:]:
        kind = draw(st.sampled_from(["revised", "revised", "reviewed_no_change", "withdrawn"]))
        cites = draw(st.none() | st.sampled_from(TEXTS)) if kind != "withdrawn" else None
        basis = draw(st.none() | BASES) if kind == "revised" else None
        later = draw(st.integers(0, 10)) if kind == "revised" else 0
        history.append(fact(kind, number, cites=cites, basis=basis, effective_on=number + later))
        if kind == "withdrawn":
            break
    return history


@st.composite
def changes(draw: st.DrawFn) -> TextChange:
    announced = draw(st.integers(START - 5, START + 45))
    effective = announced + draw(st.integers(-5, 15))
    cause = draw(st.sampled_from(["amended", "replaced", "repealed"]))
    return TextChange("vpcp", "c1", T1, cause, announced, effective, T2, clock.start_of_day(announced))


def basis_after(facts: list[BasisFact]) -> tuple[str, ...]:
    return next((known.basis for known in reversed(facts) if known.basis is not None), ())


def rests_on_the_text(facts: list[BasisFact]) -> bool:
    kinds = {known.kind for known in facts}
    return "issued" in kinds and "withdrawn" not in kinds and T1 in basis_after(facts)


def takes_care(facts: list[BasisFact], change: TextChange) -> bool:
    """Say whether the last of the facts covers the change by what it cites."""
    last = facts[-1]
    if last.day < change.announced_on:
        return False
    if last.kind == "issued":
        return T2 in basis_after(facts)
    return last.kind in ("revised", "reviewed_no_change") and bool({last.cites, *(last.basis or ())} & {T1, T2})


def naively_stale(history: list[BasisFact], change: TextChange, on: int) -> bool:
    """Say the definition of a day: it rested on the changed text, and nothing took care of that by then."""
    if on < max(change.effective_from, change.announced_on):
        return False
    past = [history[: count + 1] for count, known in enumerate(history) if known.day <= on]
    before = [facts for facts in past if facts[-1].day < change.announced_on]
    after = [facts for facts in past if facts[-1].day >= change.announced_on]
    uncared = list(takewhile(lambda facts: not takes_care(facts, change), after))
    if not any(rests_on_the_text(facts) for facts in [*before[-1:], *uncared]):
        return False
    left = [facts for facts in after if rests_on_the_text(facts[:-1]) and not rests_on_the_text(facts)]
    cared = [facts for facts in after if takes_care(facts, change)]
    return all(facts[-1].effective_on > on for facts in left + cared)


@settings(deadline=None)
@given(histories(), changes())
def test_staleness_of_every_day_is_what_the_definition_says(history, text_change):
    for on in range(START - 10, START + 80):
        assert (stale_days(history, text_change, on) is not None) is naively_stale(history, text_change, on)

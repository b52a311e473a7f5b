"""Random histories: every indicator at random days and instants equals the reference fold, and stays what it was."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.inspection import sums
from services.inspection.checkpoints import making, reading
from services.inspection.figures import Asked, answer
from services.inspection.indicators.definitions import INDICATORS
from services.inspection.sums import default_period
from services.inspection.tables import oversight_tables
from shared import clock
from shared.eventstore.records import RecordedEvent
from tests.property.fresh_views import FreshViews
from tests.property.reference_indicators import comparison, histories
from tests.property.reference_indicators.formulas import Agency, Group, Result
from tests.property.reference_indicators.ledger import Ledger

pytestmark = pytest.mark.timeout(300)

FACTS = 360
VARIANTS = ("reported", "verified")


class Views(FreshViews):
    """The views as logs arrive, and what is asked of them."""

    def close(self, known_at: int) -> None:
        """Close the months that are over at an instant."""
        tables = oversight_tables(self.consumer.version)
        for month in self.database.read(lambda connection: making.due(connection, tables, known_at)):
            self.database.write(lambda connection, month=month: making.close_month(connection, tables, month))

    def closed(self) -> reading.Closed | None:
        return self.database.read(lambda c: reading.closed(c, oversight_tables(self.consumer.version)))

    def ask(self, indicator: str, day: int, known_at: int, variant: str, by: str) -> dict[str, Any]:
        asked = Asked(day, known_at, variant=variant, by=by)
        found = self.database.read(lambda connection: answer(connection, INDICATORS[indicator], asked))
        return {row.key: row.figure for row in found.rows}


class Reference:
    """The slow answers of a history."""

    def __init__(self, events: list[RecordedEvent]) -> None:
        self._events = events
        self._ledger = cache(lambda day, known_at, variant: Ledger(self._events, day, known_at, variant))

    def agencies(self, day: int, known_at: int) -> list[Agency]:
        ended = {
            event.subject: clock.day_of(event.data["effective"])
            for event in self._events
            if event.name == "ended" and event.recorded_at <= known_at
        }
        found = []
        for event in self._events:
            if event.name == "registered" and not ended.get(event.subject, day + 1) <= day:
                data = event.data
                above = {event.subject, data.get("parent_id") or event.subject}
                found.append(Agency(event.subject, data["kind"], data["level"], data["obligation"], above))
        return found

    def group(self, day: int, known_at: int, variant: str, keep) -> Group:
        agencies = [agency for agency in self.agencies(day, known_at) if keep(agency)]
        return Group(self._ledger(day, known_at, variant), agencies, *default_period(day))

    def ask(self, indicator: str, day: int, known_at: int, variant: str, agency: str | None) -> Result:
        group = self.group(day, known_at, variant, lambda one: agency in (None, one.agency_id))
        if indicator == "I28":
            return comparison.i28(group, lambda other, scope, when: self._scoped(when, known_at, other, scope))
        if indicator == "I29":
            return comparison.i29(group)
        if indicator == "I30":
            return comparison.i30(group, self.group(day, known_at, variant, lambda _one: True))
        return comparison.FORMULAS[indicator](group)

    def _scoped(self, day: int, known_at: int, variant: str, scope: dict[str, str]) -> Group:
        def keep(agency: Agency) -> bool:
            return scope.get("level") in (None, agency.level) and scope.get("territory") in (None, *agency.above)

        return self.group(day, known_at, variant, keep)


def differences(expected: Any, found: Any, path: str = "") -> list[str]:
    """Return where what was found differs from what the reference states; it need not state everything."""
    if isinstance(expected, dict):
        return [
            text
            for name, value in expected.items()
            for text in differences(value, found.get(name, "nothing"), f"{path}.{name}")
        ]
    if isinstance(expected, list):
        if len(expected) != len(found):
            return [f"{path}: {len(expected)} expected, {len(found)} found"]
        key = next((name for name in ("legal_text", "target_id") if expected and name in expected[0]), "")
        found = sorted(found, key=lambda one: one[key]) if key else found
        return [text for number, (one, other) in enumerate(zip(expected, found, strict=True))
                for text in differences(one, other, f"{path}[{number}]")]  # fmt: skip
    if isinstance(expected, float) and isinstance(found, int | float):
        return [] if math.isclose(expected, found, rel_tol=1e-9, abs_tol=1e-9) else [f"{path}: {expected} != {found}"]
    return [] if expected == found else [f"{path}: {expected!r} expected, {found!r} found"]


def compared(
    views: Views, reference: Reference, moment: tuple[int, int, str], by: str, indicators: Iterable[str] = INDICATORS
) -> list[str]:
    """Return the differences of indicators at one moment."""
    day, known_at, variant = moment
    found: list[str] = []
    for indicator in indicators:
        for key, figure in views.ask(indicator, day, known_at, variant, by).items():
            agency = key if by == "agency" else None
            numerator, denominator, values = reference.ask(indicator, day, known_at, variant, agency)
            where = f"{indicator} {variant} {clock.to_date(day)} {key}"
            pair = {"numerator": numerator, "denominator": denominator}
            found += differences(pair, {"numerator": figure.numerator, "denominator": figure.denominator}, where)
            found += differences(values, figure.values, where)
    return found


@given(seed=st.integers(0, 2**32), cut=st.floats(0.2, 0.8))
@settings(
    max_examples=5,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_every_indicator_equals_the_reference_fold_at_any_day_and_instant(tmp_path_factory, seed, cut):
    with pytest.MonkeyPatch.context() as patched:
        # Few agencies are otherwise summed change by change.
        patched.setattr(sums, "_NAMED", -1)
        _compare_all(tmp_path_factory, seed, cut)


def _compare_all(tmp_path_factory, seed, cut):
    country = histories.Country(seed, FACTS)
    events, chance = country.logs.events, country.chance
    views, reference = Views(tmp_path_factory.mktemp("views")), Reference(events)
    first = int(len(events) * cut)
    views.apply(events[:first], chance.sample(views.consumer.sources, 4))
    halfway = events[first - 1].recorded_at
    early = (histories.START + chance.randint(300, histories.SPAN), halfway, chance.choice(VARIANTS))
    before = {name: views.ask(name, *early, "agency") for name in INDICATORS}
    views.close(halfway)
    assert views.closed() is not None
    assert {name: views.ask(name, *early, "agency") for name in INDICATORS} == before
    views.apply(events[first:], chance.sample(views.consumer.sources, 4))
    assert {name: views.ask(name, *early, "agency") for name in INDICATORS} == before
    assert compared(views, reference, early, "agency") == []
    views.close(events[-1].recorded_at - chance.randint(0, 60) * 86_400_000_000)
    assert {name: views.ask(name, *early, "agency") for name in INDICATORS} == before
    late = (
        histories.START + chance.randint(400, histories.SPAN + 200),
        events[-1].recorded_at,
        chance.choice(VARIANTS),
    )
    assert compared(views, reference, late, chance.choice(("agency", "none"))) == []
    views.database.close()


@pytest.mark.parametrize(
    ("module", "name", "value", "indicator"),
    [
        ("audits", "GRACE", 400, "I9"),
        ("overlap", "GAP", 0, "I20"),
        ("nonconformities", "CLASSES", ("major_nc",), "I12"),
        ("improvement", "RECURS_WITHIN", 1, "I14"),
    ],
)
def test_a_formula_that_is_wrong_is_caught(tmp_path, monkeypatch, module, name, value, indicator):
    monkeypatch.setattr(import_module(f"services.inspection.indicators.{module}"), name, value)

    def caught(seed: int) -> bool:
        events = histories.Country(seed, FACTS).logs.events
        (tmp_path / str(seed)).mkdir()
        views, reference = Views(tmp_path / str(seed)), Reference(events)
        views.apply(events, list(views.consumer.sources))
        moment = (histories.START + 650, events[-1].recorded_at, "reported")
        found = compared(views, reference, moment, "agency", [indicator])
        views.database.close()
        return bool(found)

    assert any(caught(seed) for seed in range(6))

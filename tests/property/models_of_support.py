"""What posts, risks, classes and what is awarded or shared are in plain words, for comparison with their rules."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from services.audit.domain import AGGREGATES
from shared.testing.world import World
from tests.property.lifecycle import Draw, Model, Told, codes

DAYS = st.sampled_from(("2026-05-20", "2026-06-01", "2026-06-15", "2026-06-30", "2026-08-01"))


class FocalPoint(Model):
    """A post is filled and falls vacant in turn."""

    aggregates = AGGREGATES
    aggregate = "focal_point"
    order = """
        appointed: none vacant -> appointed
        left: appointed -> vacant
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.since, self.holders = "", 0

    def draw_appointed(self, draw: Draw[Any]) -> dict[str, Any]:
        return {"appointed_on": draw(DAYS), "role": "secretary", "part_time": True, "trained": draw(st.booleans())}

    def draw_left(self, draw: Draw[Any]) -> dict[str, Any]:
        return {"left_on": draw(DAYS), "reason": "rotation"}

    def breaks_left(self, told: Told) -> set[str]:
        day = told.data[f"{told.event}_on"]
        return codes(DATE_IN_FUTURE=day > told.on, DATES_REVERSED=day < self.since)

    breaks_appointed = breaks_left

    def apply(self, told: Told) -> None:
        self.since = told.data[f"{told.event}_on"]
        self.holders += told.event == "appointed"

    def agrees(self, state: Any) -> None:
        super().agrees(state)
        assert (state.since, state.holders) == (self.since, self.holders)


class Risk(Model):
    """A risk or an opportunity is identified, treated in a way that fits it, and closed."""

    aggregates = AGGREGATES
    aggregate = "risk"
    order = """
        identified: none -> identified
        treated: identified treated -> treated
        closed: treated -> closed
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.kind, self.level = "", 0

    def draw_identified(self, draw: Draw[Any]) -> dict[str, Any]:
        kind, degree = draw(st.sampled_from(("risk", "opportunity"))), st.integers(1, 5)
        return {"kind": kind, "likelihood": draw(degree), "impact": draw(degree), "identified_on": draw(DAYS)}

    def draw_treated(self, draw: Draw[Any]) -> dict[str, Any]:
        treatment = draw(st.sampled_from(("avoid", "reduce", "accept", "pursue")))
        left = {"residual_likelihood": 1, "residual_impact": 2} if draw(st.booleans()) else {}
        return {"treatment": treatment, "treated_on": draw(DAYS), **left}

    def draw_closed(self, draw: Draw[Any]) -> dict[str, Any]:
        return {"reason": "Không phát sinh", "closed_on": draw(DAYS)}

    def breaks_closed(self, told: Told) -> set[str]:
        return codes(DATE_IN_FUTURE=told.data[f"{told.event}_on"] > told.on)

    breaks_identified = breaks_closed

    def breaks_treated(self, told: Told) -> set[str]:
        fits = (told.data["treatment"] == "pursue") == (self.kind == "opportunity")
        return self.breaks_closed(told) | codes(TREATMENT_DOES_NOT_FIT=not fits)

    def apply(self, told: Told) -> None:
        if told.event == "identified":
            self.kind, self.level = told.data["kind"], told.data["likelihood"] * told.data["impact"]
        elif "residual_impact" in told.data:
            self.level = 2

    def agrees(self, state: Any) -> None:
        super().agrees(state)
        assert state.present_level == self.level


class Training(Model):
    """A class is held once, for each agency so many people."""

    aggregates = AGGREGATES
    aggregate = "training"
    order = "held: none -> held"

    def draw_held(self, draw: Draw[Any]) -> dict[str, Any]:
        one = st.fixed_dictionaries(
            {"agency_id": st.sampled_from(("a", "b")), "people": st.integers(1, 3), "focal_points": st.integers(0, 3)}
        )
        version = draw(st.sampled_from(("TCVN ISO 9001:2015", "TCVN ISO 9001:2009")))
        attendees = draw(st.lists(one, min_size=1, max_size=2))
        return {"held_on": draw(DAYS), "attendees": attendees, "standard_version": version}

    def breaks_held(self, told: Told) -> set[str]:
        attendees = told.data["attendees"]
        return codes(
            AGENCY_LISTED_TWICE=len({one["agency_id"] for one in attendees}) < len(attendees),
            FOCAL_POINTS_ABOVE_PEOPLE=any(one["focal_points"] > one["people"] for one in attendees),
            UNKNOWN_STANDARD_VERSION=told.data["standard_version"].endswith("2009"),
            DATE_IN_FUTURE=told.data["held_on"] > told.on,
        )


class Commendation(Model):
    """Awarded once, not in the future."""

    aggregates = AGGREGATES
    aggregate = "commendation"
    order = "awarded: none -> awarded"

    def draw_awarded(self, draw: Draw[Any]) -> dict[str, Any]:
        return {"awarded_on": draw(DAYS)}

    def breaks_awarded(self, told: Told) -> set[str]:
        return codes(DATE_IN_FUTURE=told.data["awarded_on"] > told.on)


class GoodPractice(Model):
    """Shared once, not in the future."""

    aggregates = AGGREGATES
    aggregate = "good_practice"
    order = "shared: none -> shared"

    def draw_shared(self, draw: Draw[Any]) -> dict[str, Any]:
        return {"shared_on": draw(DAYS)} if draw(st.booleans()) else {}

    def breaks_shared(self, told: Told) -> set[str]:
        return codes(DATE_IN_FUTURE=told.data.get("shared_on", "") > told.on)


MODELS: tuple[type[Model], ...] = (FocalPoint, Risk, Training, Commendation, GoodPractice)

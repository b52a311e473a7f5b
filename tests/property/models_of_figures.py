"""What surveys, feedback, dossiers and money are in plain words, for comparison with their rules."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from services.audit.domain import AGGREGATES
from shared.testing.world import World
from tests.property.lifecycle import Draw, Model, Told, codes

DAYS = st.sampled_from(("2026-05-20", "2026-06-01", "2026-06-15", "2026-06-30", "2026-08-01"))
SCORES = ("very_satisfied", "satisfied", "neutral", "dissatisfied", "very_dissatisfied")


class Survey(Model):
    """Opened, counted as often as needed, closed; the counts agree."""

    aggregates = AGGREGATES
    aggregate = "survey"
    order = """
        opened: none -> opened
        results_recorded: opened recorded -> recorded
        closed: recorded -> closed
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.channel, self.counts = "", (0, 0)

    def draw_opened(self, draw: Draw[Any]) -> dict[str, Any]:
        return {"period": "2026-Q2", "channel": draw(st.sampled_from(("paper", "box")))}

    def draw_results_recorded(self, draw: Draw[Any]) -> dict[str, Any]:
        scores = {name: draw(st.integers(0, 2)) for name in SCORES}
        valid = sum(scores.values()) + draw(st.sampled_from((0, 0, 0, 1)))
        received = max(0, valid + draw(st.integers(-1, 2)))
        sent = {"sent": max(0, received + draw(st.integers(-1, 5)))} if draw(st.booleans()) else {}
        return {"scores": scores, "valid": valid, "received": received, **sent}

    def breaks_results_recorded(self, told: Told) -> set[str]:
        data = told.data
        return codes(
            SCORES_DIFFER=sum(data["scores"].values()) != data["valid"],
            VALID_ABOVE_RECEIVED=data["valid"] > data["received"],
            SENT_MISSING="sent" not in data and self.channel != "box",
            RECEIVED_ABOVE_SENT=data["received"] > data.get("sent", 99),
        )

    def apply(self, told: Told) -> None:
        self.channel = told.data.get("channel", self.channel)
        if told.event == "results_recorded":
            self.counts = (told.data["received"], told.data["valid"])

    def agrees(self, state: Any) -> None:
        super().agrees(state)
        assert (state.received, state.valid) == self.counts


class Feedback(Model):
    """Received, assigned, answered, rated, one day after the other."""

    aggregates = AGGREGATES
    aggregate = "feedback"
    order = """
        received: none -> received
        assigned: received assigned -> assigned
        answered: assigned -> answered
        rated: answered -> rated
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.received_on = self.answered_on = ""
        self.due_on: str | None = None

    def draw_received(self, draw: Draw[Any]) -> dict[str, Any]:
        return {"kind": "complaint", "received_on": draw(DAYS), **self.draw_assigned(draw)}

    def draw_assigned(self, draw: Draw[Any]) -> dict[str, Any]:
        return {"due_on": draw(DAYS)} if draw(st.booleans()) else {}

    def draw_answered(self, draw: Draw[Any]) -> dict[str, Any]:
        return {"answered_on": draw(DAYS), "result": "accepted"}

    def draw_rated(self, draw: Draw[Any]) -> dict[str, Any]:
        return {"rated_on": draw(DAYS), "rating": "satisfied"}

    def breaks_received(self, told: Told) -> set[str]:
        day = told.data["received_on"]
        return codes(DATE_IN_FUTURE=day > told.on, DATES_REVERSED=told.data.get("due_on", day) < day)

    def breaks_assigned(self, told: Told) -> set[str]:
        return codes(DATES_REVERSED=told.data.get("due_on", "9999") < self.received_on)

    def breaks_answered(self, told: Told) -> set[str]:
        day = told.data["answered_on"]
        return codes(DATE_IN_FUTURE=day > told.on, DATES_REVERSED=day < self.received_on)

    def breaks_rated(self, told: Told) -> set[str]:
        day = told.data["rated_on"]
        return codes(DATE_IN_FUTURE=day > told.on, DATES_REVERSED=day < self.answered_on)

    def apply(self, told: Told) -> None:
        self.received_on = told.data.get("received_on", self.received_on)
        self.answered_on = told.data.get("answered_on", self.answered_on)
        self.due_on = told.data.get("due_on", self.due_on)

    def agrees(self, state: Any) -> None:
        super().agrees(state)
        assert state.due_on == self.due_on


class DossierStats(Model):
    """A month's figures balance and open with what the month before left, or the agency says why not; one live version."""

    aggregates = AGGREGATES
    aggregate = "dossier_stats"
    subject = "2026-05:1.001612:one_stop"
    order = """
        submitted: none -> submitted
        amended: submitted
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        #: What April left pending.
        self.left = 3
        april = self._figures("2026-04", 0, 10, 7, self.left)
        answer = world.push("dossier_stats.submitted", "2026-04:1.001612:one_stop", april, on="2026-05-10")
        assert answer == "accepted"
        self.live, self.versions, self.difference = "", 0, 0

    @staticmethod
    def _figures(period: str, opening: int, received: int, resolved: int, pending: int) -> dict[str, Any]:
        names = ("resolved_early", "resolved_late", "pending_overdue", "returned_incomplete", "withdrawn")
        counted = {"opening": opening, "received": received, "resolved_on_time": resolved, "pending_in_time": pending}
        key = {"period": period, "tthc_code": "1.001612", "channel": "one_stop"}
        return {**key, **counted, **dict.fromkeys(names, 0)}

    def draw_submitted(self, draw: Draw[Any]) -> dict[str, Any]:
        opening, received, pending = draw(st.sampled_from((3, 3, 4))), draw(st.integers(0, 5)), draw(st.integers(0, 3))
        resolved = opening + received - pending + draw(st.sampled_from((0, 0, 1)))
        confirmed = {"balance_confirmed": draw(st.booleans())} if draw(st.booleans()) else {}
        note = {"balance_note": "Phần mềm cũ"} if draw(st.booleans()) else {}
        return {**self._figures("2026-05", opening, received, resolved, pending), **confirmed, **note}

    def draw_amended(self, draw: Draw[Any]) -> dict[str, Any]:
        named = draw(st.sampled_from((self.live or "x", "khac")))
        return {**self.draw_submitted(draw), "corrects": named, "reason": "Đối chiếu"}

    @staticmethod
    def _off(told: Told) -> int:
        data = told.data
        return int(data["opening"] + data["received"] - data["resolved_on_time"] - data["pending_in_time"])

    def breaks_submitted(self, told: Told) -> set[str]:
        confirmed = told.data.get("balance_confirmed", False)
        return codes(
            BALANCE_NOTE_MISSING=confirmed and "balance_note" not in told.data,
            BALANCE_BROKEN=not confirmed and (self._off(told) != 0 or told.data["opening"] != self.left),
        )

    def breaks_amended(self, told: Told) -> set[str]:
        return self.breaks_submitted(told) | codes(NOT_THE_LIVE_VERSION=told.data["corrects"] != self.live)

    def apply(self, told: Told) -> None:
        self.live, self.versions, self.difference = told.event_id, self.versions + 1, self._off(told)

    def agrees(self, state: Any) -> None:
        assert (state.event_id, state.versions, state.difference) == (self.live, self.versions, self.difference)


class DossierStep(Model):
    """A dossier comes to a step and leaves it, again and again, later each time."""

    aggregates = AGGREGATES
    aggregate = "dossier_step"
    subject = f"{'0' * 64}:2"
    order = """
        received: none completed -> received
        completed: received -> completed
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.at, self.rounds = "", 0

    def draw_received(self, draw: Draw[Any]) -> dict[str, Any]:
        at = f"2026-{draw(st.integers(5, 7)):02d}-01T{draw(st.integers(8, 16)):02d}:00:00+07:00"
        return {"dossier_hash": "0" * 64, "step_no": draw(st.sampled_from((2, 2, 2, 2, 3))), "at": at}

    draw_completed = draw_received

    def breaks_received(self, told: Told) -> set[str]:
        return codes(
            SUBJECT_DIFFERS=told.data["step_no"] != 2,
            DATE_IN_FUTURE=told.data["at"][:10] > told.on,
            DATES_REVERSED=told.data["at"] < self.at,
        )

    breaks_completed = breaks_received

    def apply(self, told: Told) -> None:
        self.at = told.data["at"]
        self.rounds += told.event == "received"

    def agrees(self, state: Any) -> None:
        super().agrees(state)
        assert state.rounds == self.rounds


class Budget(Model):
    """Money is requested, given and spent; the amounts add up, and nothing is spent before something was given."""

    aggregates = AGGREGATES
    aggregate = "budget"
    subject = "2026:training"
    order = """
        requested: none requested allocated
        allocated: none requested allocated -> allocated
        spent: allocated
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.sums = {"requested": 0, "allocated": 0, "spent": 0}

    def draw_requested(self, draw: Draw[Any]) -> dict[str, Any]:
        purpose = draw(st.sampled_from(("training", "training", "training", "it")))
        days = {f"{event}_on": draw(DAYS) for event in self.sums if draw(st.booleans())}
        return {"year": 2026, "purpose": purpose, "amount": draw(st.integers(1, 9)), **days}

    draw_allocated = draw_spent = draw_requested

    def breaks_requested(self, told: Told) -> set[str]:
        day = told.data.get(f"{told.event}_on", "")
        return codes(SUBJECT_DIFFERS=told.data["purpose"] != "training", DATE_IN_FUTURE=day > told.on)

    breaks_allocated = breaks_spent = breaks_requested

    def after(self, told: Told) -> str:
        return "requested" if self.phase == "none" and told.event == "requested" else super().after(told)

    def apply(self, told: Told) -> None:
        self.sums[told.event] += told.data["amount"]

    def agrees(self, state: Any) -> None:
        super().agrees(state)
        assert {name: getattr(state, name) for name in self.sums} == self.sums


MODELS: tuple[type[Model], ...] = (Survey, Feedback, DossierStats, DossierStep, Budget)

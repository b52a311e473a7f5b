"""A machine that tells a record anything at all, and compares what comes of it with a small model of the same record.

A model is written from the rules in words, not from the code: in which phase an event may come, what else stands in its
way (by the code of the refusal), and what it changes. Each step either tells something random, or, so that the end of the
line is reached too, something that the model expects to be accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

from hypothesis import event as seen
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from shared.eventsourcing.aggregate import AnyAggregate
from shared.eventsourcing.facts import Reference
from shared.testing.world import World

T = TypeVar("T")
#: Draws a value of a strategy.
Draw = Callable[[st.SearchStrategy[T]], T]

#: What an event that does not fit the phase may be answered with.
OUT_OF_ORDER = {"TRANSITION_NOT_ALLOWED", "ALREADY_EXISTS", "waiting"}
#: How often the guided step looks for something that fits.
_TRIES = 6
#: One time in so many and one, a record is ended that could go on.
_SELDOM = 5


@dataclass(frozen=True)
class Told:
    """One event that is told."""

    event: str
    data: Mapping[str, Any] = field(default_factory=dict)
    on: str = "2026-06-15"
    event_id: str = "e"


class Model:
    """What is known of a record in plain words; one class per kind of record.

    `order` has a line for each event (or several, by commas): the phases in which it may come (`none` before the record
    is opened), and after an arrow the phase that it leads to, where that is another one. `draw_{event}` gives random data
    of an event, right and wrong alike; `breaks_{event}` the codes of all rules that an event breaks, the order apart.
    """

    aggregates: ClassVar[Mapping[str, AnyAggregate]]
    aggregate: ClassVar[str]
    subject: ClassVar[str] = "r-1"
    order: ClassVar[str]
    #: Events with rules that need a certain history, told more often than others.
    often: ClassVar[tuple[str, ...]] = ()

    def __init__(self, world: World) -> None:
        self.world = world
        self.phase = "none"
        self.told = 0
        self.phases: dict[str, list[str]] = {}
        self.leads: dict[str, str] = {}
        for line in self.order.strip().splitlines():
            events, _, phases = line.partition(":")
            before, _, after = phases.partition("->")
            for event in events.split(","):
                self.phases[event.strip()] = before.split()
                if after:
                    self.leads[event.strip()] = after.strip()

    def draw_rest(self, _draw: Draw[Any]) -> dict[str, Any]:
        """Return the data of events that no rule looks into."""
        return {}

    def apply(self, told: Told) -> None:
        """Take in an accepted event, the phase apart."""

    def after(self, told: Told) -> str:
        """Return the phase after an accepted event."""
        return self.leads.get(told.event, self.phase)

    def agrees(self, state: Any) -> None:
        """Assert that the kept state is what the model says."""
        assert state.status == self.phase

    def goes_on(self, event: str) -> bool:
        """Return whether an event does not lead to a phase from which none leads on."""
        phase = self.leads.get(event)
        if phase is None:
            return True
        return any(phase in self.phases[other] and self.leads.get(other, phase) != phase for other in self.phases)

    def turns(self, draw: Draw[Any]) -> list[str]:
        """Return events whose turn it may be; seldom those that end the record, or leave out how it began."""
        events = [event for event, phases in self.phases.items() if self.phase in phases]
        if draw(st.integers(0, _SELDOM)):
            events = [event for event in events if self.goes_on(event) and event != "baselined"] or events
        onward = [event for event in events if self.leads.get(event, self.phase) != self.phase]
        often = any(event in self.often for event in events)
        if onward and not draw(st.integers(0, 4 if often else 1)):
            return onward
        return events + 3 * [event for event in events if event in self.often]

    def draw_told(self, draw: Draw[Any], *, fitting: bool = False) -> Told:
        """Return a random event, or one whose turn it may be."""
        events = self.turns(draw) if fitting else list(self.phases)
        event = draw(st.sampled_from(sorted(events or self.phases)))
        on = draw(st.sampled_from(("2026-06-01", "2026-06-15", "2026-06-30")))
        self.told += 1
        return Told(event, getattr(self, f"draw_{event}", self.draw_rest)(draw), on, f"e{self.told}")

    def faults(self, told: Told) -> set[str]:
        """Return what an event may be answered with if it is not accepted; empty where it must be."""
        rules = getattr(self, f"breaks_{told.event}", None)
        broken = rules(told) if rules else set()
        return broken if self.phase in self.phases[told.event] else OUT_OF_ORDER | broken


def codes(**broken: bool) -> set[str]:
    """Return the codes of the rules that are broken, given as `CODE=whether`."""
    return {code for code, is_broken in broken.items() if is_broken}


class LifecycleMachine(RuleBasedStateMachine):
    """Drives one record of one kind; `model_type` says which."""

    model_type: ClassVar[type[Model]]

    @initialize()
    def begin(self) -> None:
        self.world = World(self.model_type.aggregates)
        self.model = self.model_type(self.world)

    def tell(self, told: Told) -> None:
        faults = self.model.faults(told)
        name = f"{self.model.aggregate}.{told.event}"
        answer = self.world.push(name, self.model.subject, told.data, on=told.on, event_id=told.event_id)
        if not faults:
            assert answer == "accepted", (told, self.world.refusal)
            phase = self.model.after(told)
            self.model.apply(told)
            self.model.phase = phase
        else:
            assert answer in faults, (told, answer, faults)

    @rule(data=st.data())
    def tell_anything(self, data: st.DataObject) -> None:
        """Tell any event at all; seldom one that ends the record."""
        told = self.model.draw_told(data.draw)
        shortens = told.event == "baselined" or not self.model.goes_on(told.event)
        if self.model.faults(told) or not shortens or not data.draw(st.integers(0, _SELDOM)):
            self.tell(told)

    @rule(data=st.data())
    def tell_in_turn(self, data: st.DataObject) -> None:
        """Tell an event whose turn it may be, with right or wrong data."""
        self.tell(self.model.draw_told(data.draw, fitting=True))

    @rule(data=st.data())
    def tell_what_fits(self, data: st.DataObject) -> None:
        """Tell something that must be accepted: random facts alone would seldom reach the end of the line."""
        for _ in range(_TRIES):
            told = self.model.draw_told(data.draw, fitting=True)
            if not self.model.faults(told):
                self.tell(told)
                return

    @invariant()
    def the_state_agrees_with_the_model(self) -> None:
        if not hasattr(self, "model"):
            return
        seen(self.model.phase)
        if self.model.phase == "none":
            assert self.kept() is None
        else:
            self.model.agrees(self.kept())

    def kept(self) -> Any:
        """Return the state that the aggregate keeps of the record."""
        aggregate = self.model.aggregates[self.model.aggregate]
        own = self.model.subject if aggregate.name == "legal_text" else f"{self.world.source}/{self.model.subject}"
        return self.world.states.get(Reference(aggregate.name, own))


def machine(model: type[Model], examples: int = 25, steps: int = 30) -> Any:
    """Return the test case of a model, for pytest to collect."""
    made = type(f"{model.__name__}Machine", (LifecycleMachine,), {"model_type": model})
    case = made.TestCase
    case.settings = settings(max_examples=examples, stateful_step_count=steps, deadline=None)
    return case

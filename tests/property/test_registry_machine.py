"""The registry under any sequence of facts: what was accepted never contradicts itself."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from services.inspection.domain import AGGREGATES
from shared import clock
from shared.eventsourcing import Reference
from shared.registry.record import AgencyRecord
from shared.testing.world import World
from tests.unit.inspection.registry_world import register, tell

DAYS = [f"2025-{month:02d}-01" for month in range(1, 13)]
CODES = ("P25", "P26")
LEVELS = {"province": None, "district": "province", "commune": "district"}

days = st.sampled_from(DAYS)


class Registry(RuleBasedStateMachine):
    """Registers, moves, ends and merges agencies on any days, in any order."""

    agencies = Bundle("agencies")

    def __init__(self) -> None:
        super().__init__()
        self.world = World(AGGREGATES)
        self.count = 0

    @initialize(target=agencies)
    def province(self) -> str:
        return self._registered("province", None)

    def _registered(self, what: str, parent: str | None, **more: object) -> str:
        self.count += 1
        agency = f"a{self.count}"
        register(self.world, agency, what, parent, **more)
        return agency

    def records(self) -> Iterable[AgencyRecord]:
        return [state for reference, state in self.world.states.items() if reference.aggregate == "agency"]

    @rule(target=agencies, parent=agencies, what=st.sampled_from(("department", "district", "commune")), since=days)
    def begin(self, parent: str, what: str, since: str) -> str:
        return self._registered(what, parent, valid_from=since)

    @rule(target=agencies, since=days, code=st.sampled_from(CODES), until=st.none() | days)
    def begin_with_code(self, since: str, code: str, until: str | None) -> str:
        found = {"scheme": "don_vi_hanh_chinh", "code": code, "valid_from": since}
        return self._registered("province", None, codes=[{**found, "valid_to": until} if until else found])

    @rule(agency=agencies, parent=agencies, on=days)
    def move(self, agency: str, parent: str, on: str) -> None:
        tell(self.world, agency, "reparented", on, to=parent)

    @rule(agency=agencies, heirs=st.lists(agencies, max_size=2, unique=True), on=days)
    def end(self, agency: str, heirs: list[str], on: str) -> None:
        tell(self.world, agency, "ended", on, how="dissolved", successors=heirs)

    @rule(target_agency=agencies, sources=st.lists(agencies, min_size=1, max_size=3), on=days, absorbing=st.booleans())
    def merge(self, target_agency: str, sources: list[str], on: str, *, absorbing: bool) -> None:
        tell(self.world, target_agency, "merged", on, sources=sources, absorbing=absorbing)

    @rule(agency=agencies, parts=st.lists(agencies, min_size=2, max_size=3), on=days)
    def split(self, agency: str, parts: list[str], on: str) -> None:
        tell(self.world, agency, "split", on, targets=[{"id": part} for part in parts])

    @rule(agency=agencies, code=st.sampled_from(CODES), on=days)
    def give_code(self, agency: str, code: str, on: str) -> None:
        tell(self.world, agency, "code_assigned", on, scheme="don_vi_hanh_chinh", code=code, valid_from=on)

    @rule(agency=agencies, code=st.sampled_from(CODES), on=days)
    def withdraw_code(self, agency: str, code: str, on: str) -> None:
        tell(self.world, agency, "code_withdrawn", on, scheme="don_vi_hanh_chinh", code=code, valid_to=on)

    @rule(on=days)
    def abolish_districts(self, on: str) -> None:
        data = {"level": "district", "effective": on}
        self.world.push("registry.level_abolished", "district", data, source="a1", on=on)

    @invariant()
    def successors_exist_on_the_day_they_take_over(self) -> None:
        for record in self.records():
            for successor in record.successors:
                assert self.world.state("agency", successor).live_on(record.ended_on)

    @invariant()
    def nobody_stands_under_itself_on_any_day(self) -> None:
        for day in map(clock.day_of, DAYS):
            parents = {one.agency_id: {one.parent_on(day), one.sector_parent_on(day)} for one in self.records()}
            for agency, directly in parents.items():
                above, level = set(), directly - {None}
                while level:
                    above |= level
                    level = {up for each in level for up in parents.get(each, ()) if up} - above
                assert agency not in above

    @invariant()
    def a_code_has_one_holder_on_any_day(self) -> None:
        for day in DAYS:
            number = clock.day_of(day)
            for code in CODES:
                holders = [
                    record.agency_id
                    for record in self.records()
                    if record.live_on(number) and record.code_on("don_vi_hanh_chinh", day) == code
                ]
                assert len(holders) <= 1, (day, code, holders)

    @invariant()
    def the_indexes_say_what_the_records_say(self) -> None:
        for reference, state in self.world.states.items():
            if reference.aggregate == "agency":
                for index, (key, value) in AGGREGATES["agency"].indexed(state).items():
                    assert self.world.states[index].entries[key] == value

    @invariant()
    def a_level_that_is_gone_has_no_agencies_without_an_end(self) -> None:
        gone = self.world.states.get(Reference("registry", "district"))
        if gone is None:
            return
        day = min(day for _territory, day in gone.abolitions)
        for record in self.records():
            assert record.level != "district" or record.ended_on is not None or record.valid_from < clock.day_of(day)


Registry.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestRegistry = Registry.TestCase

"""The reform of 1 July 2025 as one reorganisation on the real geography: what was open before is open after, or lapsed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import orjson
import pytest

from services.inspection.obligations.api import obligation_line
from shared import clock
from shared.client.reorganising import Event, Link, event, events, inherited
from shared.contracts.inspection.obligation import KINDS
from shared.database.engine import open_database
from shared.eventsourcing import Reference
from shared.ids import stream_key
from shared.registry.record import AgencyRecord
from shared.simulation.reform import MINISTRY, PLAN, Reform, admin_units
from tests.acceptance.reform_world import Registry

LAST_DAY = "2025-06-30"
FIRST_DAY = "2025-07-01"


@pytest.fixture(scope="module")
def registry(tmp_path_factory) -> Iterator[Registry]:
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('reform')}/views.db")
    yield Registry(database)
    database.close()


@pytest.fixture(scope="module")
def links() -> list[Link]:
    return Reform().links()


def owe(registry: Registry, old: list[str]) -> None:
    """Let every third old agency owe something; of some things it is done before the last day."""
    kinds = list(KINDS)
    for number, agency in enumerate(old[::3]):
        kind = kinds[number % len(kinds)]
        registry.open(kind, agency)
        if number % 5 == 0:
            registry.open("procedure", agency, 1)
            registry.open("nc", agency, 2)
            registry.close("nc", agency, 2)
    registry.learn()


def decisions(registry: Registry) -> Iterator[Event]:
    """Decide on everything that is left: each hundredth lapses, the others go to the default successors."""
    for number, one in enumerate(registry.checklist(PLAN.reorganisation).things):
        line = obligation_line(one)
        told = inherited(line, effective=FIRST_DAY, reorganisation=PLAN.reorganisation, source=MINISTRY)
        if number % 100 == 0:
            data = {"kind": line["kind"], "id": line["id"], "from": line["from"], "effective": FIRST_DAY}
            data |= {"reason": "Nội dung không còn phù hợp", "decision_no": "1205/QĐ-UBND"}
            told = event(PLAN, "obligation.lapsed", line["from"], line["subject"], data, on=FIRST_DAY)
        yield told


def record_of(registry: Registry, agency: str) -> AgencyRecord:
    key = stream_key(*Reference("agency", agency))
    state = registry.store.transact(lambda tx: tx.states([key]))[key].state
    return AgencyRecord(**orjson.loads(state))


def test_the_reform_conserves_every_obligation(registry, links):
    reform = Reform()
    old, new = list(dict.fromkeys(link.old for link in links)), {link.new for link in links}
    levels = Counter(link.old for link in links)
    assert len(levels) == 63 + 696 + 10_035
    assert len(new) == 34 + 3_321

    assert set(registry.push(reform.before())) == {"accepted"}
    owe(registry, old)
    before = registry.open_with([*old, *new], LAST_DAY)
    assert set(before) == set(KINDS)

    assert set(registry.push(reform.after())) == {"accepted"}
    assert set(registry.push(events(PLAN, links))) == {"accepted"}
    assert set(registry.push(reform.codes())) == {"accepted"}

    found = registry.checklist(PLAN.reorganisation)
    assert (found.reorganisation.status, found.reorganisation.old_agencies) == ("effective", len(levels))
    going_on = {link.old for link in links} & new
    kept = Counter(registry.open_with(going_on, LAST_DAY))
    assert {count.kind: count.open_before + kept[count.kind] for count in found.counts} == before
    assert found.left == sum(count.open_before for count in found.counts) > 1000

    assert set(registry.push(decisions(registry))) == {"accepted"}
    found = registry.checklist(PLAN.reorganisation)
    after = registry.open_with(new, FIRST_DAY)
    assert found.left == 0
    assert sum(count.lapsed for count in found.counts) > 0
    lapsed = {count.kind: count.lapsed for count in found.counts}
    assert before == {kind: after[kind] + lapsed[kind] for kind in KINDS}


def test_after_the_reform_only_todays_committees_are_left(registry, links):
    day = clock.day_of(FIRST_DAY)
    going_on = {link.old for link in links} & {link.new for link in links}
    assert len(going_on) == 11
    for agency in {link.old for link in links[::50]}:
        assert record_of(registry, agency).live_on(day) is (agency in going_on)
    for agency in {link.new for link in links[::50]}:
        assert record_of(registry, agency).active_on(day)


def test_a_commune_that_was_divided_names_all_its_successors_the_default_first(registry, links):
    divided = next(link.old for link in links if link.share == "part" and link.how == "merged")
    parts = [link.new for link in links if link.old == divided]
    record = record_of(registry, divided)
    assert (record.ended_how, record.successors) == ("split", parts)


def test_nothing_of_the_reform_can_be_told_twice(registry, links):
    again = [one for one in events(PLAN, links) if one["type"] == "qms.agency.merged"][:20]
    assert set(registry.push(again)) == {"duplicate"}
    renamed = [{**one, "id": f"{one['id']}-2"} for one in again]
    assert set(registry.push(renamed)) == {"SOURCE_ENDED"}


def test_the_administrative_units_carry_over_n_to_m(tmp_path):
    database = open_database(f"sqlite:///{tmp_path}/units.db")
    registry = Registry(database)
    pushed = registry.push(admin_units())
    assert pushed == {"accepted": 2 * (63 + 696 + 10_035) + 34 + 3_321}
    database.close()

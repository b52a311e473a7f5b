"""The registry's rules about several agencies through the real writer, on both databases, batch after batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import pytest

from shared.client.reorganising import Event, event, events
from shared.simulation.reform import PLAN, Reform
from shared.testing.intake_service import IntakeService

#: Cao Bằng: one of the eleven provinces that go on; its districts end, its communes are merged.
PROVINCE = "P04"
BATCH = 500


@pytest.fixture
def intake(database_url: str) -> Iterator[IntakeService]:
    made = IntakeService("inspection", database_url)
    yield made
    made.stop()


def push(intake: IntakeService, told: Iterable[Event]) -> Counter[str]:
    waiting, results = list(told), Counter[str]()
    for start in range(0, len(waiting), BATCH):
        for item in intake.push(*waiting[start : start + BATCH]):
            results[item.refusal.code if item.refusal else str(item.status)] += 1
    return results


def registered(agency: str, kind: str = "provincial_pc", level: str = "province", **more: object) -> Event:
    data = {"kind": kind, "level": level, "name_vi": agency, "obligation": "mandatory", "has_tthc": True}
    data |= {"inspection_rights": False, "valid_from": "2010-01-01", **more}
    return event(PLAN, "agency.registered", agency, agency, data, on="2010-01-01")


def ended(agency: str, on: str = "2025-07-01") -> Event:
    data = {"how": "dissolved", "effective": on, "successors": []}
    return event(PLAN, "agency.ended", agency, agency, data, on=on, part=on)


def test_the_reform_of_a_province_is_taken_whole(intake):
    intake.register(PLAN.source)
    reform = Reform(frozenset({PROVINCE}))
    links = reform.links()
    assert set(push(intake, reform.before())) == {"accepted"}
    assert set(push(intake, reform.after())) == {"accepted"}
    abolished = [one for one in events(PLAN, links) if one["type"] != "qms.registry.level_abolished"]
    assert set(push(intake, abolished)) == {"accepted"}
    assert set(push(intake, reform.codes())) == {"accepted"}
    ends = Counter(one.type for one in intake.log())["qms.agency.ended"]
    assert ends == len({link.old for link in links}) - 1
    (level,) = [one for one in events(PLAN, links) if one["type"] == "qms.registry.level_abolished"]
    assert push(intake, [level]) == {"accepted": 1}


def test_a_code_and_children_of_an_earlier_batch_are_seen(intake):
    code = {"scheme": "don_vi_hanh_chinh", "code": "P99", "valid_from": "2010-01-01"}
    assert push(intake, [registered("tinh-a", codes=[code])]) == {"accepted": 1}
    assert push(intake, [registered("tinh-b", codes=[code])]) == {"CODE_IN_USE": 1}
    below = registered("xa", "commune_pc", "commune", parent_id="tinh-a")
    assert push(intake, [below]) == {"accepted": 1}
    assert push(intake, [ended("tinh-a")]) == {"HAS_LIVE_CHILDREN": 1}
    assert push(intake, [ended("xa"), ended("tinh-a", "2025-07-02")]) == {"accepted": 2}
    again = {**code, "valid_from": "2025-07-02"}
    assert push(intake, [registered("tinh-c", codes=[again], valid_from="2025-07-02")]) == {"accepted": 1}


def test_a_retracted_registration_frees_its_code(intake):
    code = {"scheme": "don_vi_hanh_chinh", "code": "P98", "valid_from": "2010-01-01"}
    first = registered("tinh-d", codes=[code])
    push(intake, [first])
    back = {**first, "id": "rut-lai", "type": "qms.agency.retracted", "data": {"reason": "Nhập nhầm"}}
    back |= {"corrects": {"source": first["source"], "id": first["id"]}, "time": "2026-01-05T00:00:00+07:00"}
    assert push(intake, [back]) == {"accepted": 1}
    assert push(intake, [registered("tinh-e", codes=[code])]) == {"accepted": 1}

"""The courier: what comes while a bundle is on its way goes together with the next one."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import orjson
import pytest

from shared.eventsourcing import Hint
from shared.intake.bundles import Part
from shared.intake.courier import Courier
from shared.intake.parsing import Parsed
from shared.service.peers import Answer
from shared.web.problem import Problem

PATIENCE = 10.0


class Owner:
    """A peer that answers each event with its id, and can be made to hold an answer back."""

    def __init__(self):
        self.bundles = []
        self.arrived, self.go_on = threading.Semaphore(0), threading.Semaphore(0)

    def own_credential(self):
        return {"Authorization": "Bearer of-services"}

    def request(self, _method, _service, _path, *, headers, body):
        assert headers["Authorization"] == "Bearer of-services"
        parts = orjson.loads(body)
        self.bundles.append(parts)
        self.arrived.release()
        assert self.go_on.acquire(timeout=PATIENCE)
        return self.answer(parts)

    def answer(self, parts):
        answers = [[{"id": event["id"]} for event in events] for _credential, _correlation, events in parts]
        return Answer(200, orjson.dumps(answers), "application/json")


class Pushes:
    """Pushes that wait for their answers side by side."""

    def __init__(self, courier):
        self.courier = courier
        self.answers = {}
        self.threads = []

    def begin(self, name):
        thread = threading.Thread(target=self._push, args=(name,))
        thread.start()
        self.threads.append(thread)

    def _push(self, name):
        event = {"id": name}
        part = Part({"Authorization": f"Bearer {name}"}, [Parsed(event, orjson.dumps(event))], f"c-{name}")
        try:
            self.answers[name] = self.courier.deliver(part)
        except Problem as problem:
            self.answers[name] = problem

    def end(self):
        for thread in self.threads:
            thread.join(PATIENCE)
        return self.answers


def courier_to(owner):
    return Courier(owner, "audit", SimpleNamespace(published=7))


def waiting(courier, count):
    """Wait until so many pushes stand in the queue."""
    for _ in range(1000):
        if len(courier._waiting) == count:
            return
        threading.Event().wait(0.01)
    raise AssertionError("they did not come")


def test_what_comes_while_a_bundle_is_on_its_way_goes_together_and_each_gets_its_own_answer():
    owner = Owner()
    courier = courier_to(owner)
    pushes = Pushes(courier)
    pushes.begin("a")
    assert owner.arrived.acquire(timeout=PATIENCE)
    for name in ("b", "c", "d"):
        pushes.begin(name)
    waiting(courier, 3)
    owner.go_on.release(2)
    assert pushes.end() == {name: [{"id": name}] for name in "abcd"}
    assert [len(parts) for parts in owner.bundles] == [1, 3]
    credentials = {part[2][0]["id"]: (part[0]["Authorization"], part[1]) for parts in owner.bundles for part in parts}
    assert credentials == {name: (f"Bearer {name}", f"c-{name}") for name in "abcd"}


def test_a_problem_of_one_part_is_its_own_and_the_others_are_answered():
    class Refusing(Owner):
        def answer(self, parts):
            problem = Problem(401, "CREDENTIAL_UNKNOWN", Hint("không", "no")).body()
            return Answer(200, orjson.dumps([problem if part[2][0]["id"] == "b" else [] for part in parts]), "")

    owner = Refusing()
    courier = courier_to(owner)
    pushes = Pushes(courier)
    owner.go_on.release(10)
    for name in ("a", "b", "c"):
        pushes.begin(name)
    answers = pushes.end()
    assert (answers["a"], answers["c"]) == ([], [])
    assert (answers["b"].status, answers["b"].code) == (401, "CREDENTIAL_UNKNOWN")


@pytest.mark.parametrize("status", [503, 400])
def test_an_owner_that_answers_badly_tells_all_of_the_bundle_and_the_next_one_is_brought(status):
    class Failing(Owner):
        def answer(self, parts):  # noqa: ARG002
            return Answer(status, orjson.dumps(Problem(status, "NO", Hint("không", "no")).body()), "")

    owner = Failing()
    courier = courier_to(owner)
    for _ in range(2):
        pushes = Pushes(courier)
        owner.go_on.release(10)
        pushes.begin("a")
        assert pushes.end()["a"].status == status

"""Which loops run in which processes, where a service is split into roles."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from shared.runner.provider import KernelContext
from shared.service.spec import Loop, ServiceSpec


@pytest.mark.parametrize(
    ("role", "expected"),
    [("all", {"follows", "answers"}), ("projector", {"follows"}), ("web", {"answers"}), ("relay", set())],
)
def test_a_loop_runs_in_the_processes_of_its_role_and_in_those_that_do_everything(role, expected):
    spec = ServiceSpec(
        "inspection",
        {},
        loops=lambda _context: (Loop("follows", lambda _stop: None), Loop("answers", lambda _stop: None, role="web")),
    )
    kernel = KernelContext()
    kernel.container = SimpleNamespace(service_cls=SimpleNamespace(spec=spec))
    settings = SimpleNamespace(role=role, waiting_days=30)
    kernel.context = SimpleNamespace(settings=settings, store=None, committer=None, clock=None)
    assert {name for name, _run in kernel._runs()} & {"follows", "answers"} == expected

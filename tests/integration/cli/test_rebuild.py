"""`oversight rebuild` against a running system: in place as ever, and beside what serves, step by step."""

from __future__ import annotations

import json

import pytest

from services.inspection.projections import VERSION
from shared.testing.running_system import event, province, unique
from tests.integration.cli.test_commands import NC, here, oversight  # noqa: F401 - a fixture

#: The tables of this program's views, and the first that are built beside them.
FIRST = f"v{VERSION}"
BESIDE = f"{FIRST}_g1"

pytestmark = pytest.mark.usefixtures("here")


def rebuild(here, *words):  # noqa: F811 - the fixture
    return oversight("rebuild", *words, data=here)


def sets(here, projection):  # noqa: F811 - the fixture
    done = rebuild(here, "status", "inspection", projection, "--json")
    return {one["tables"]: one["state"] for one in json.loads(done.stdout)}


def test_beside_what_serves_step_by_step(system, here):  # noqa: F811 - the fixture
    name = unique("dung-lai")
    system.accept(province(name), event("nonconformity.raised", name, unique("kph"), NC))
    assert sets(here, "oversight") == {FIRST: "serving"}
    refused = rebuild(here, "switch", "inspection", "oversight")
    assert refused.returncode == 1
    assert "no other set of tables is being built" in refused.stderr
    started = rebuild(here, "start", "inspection", "oversight")
    assert started.returncode == 0, started.stderr
    assert f"{BESIDE}    is being filled beside it, up to date" in started.stdout
    metrics = system.request("GET", "/metrics").body.decode()
    labels = f'consumer="oversight",service="inspection",set="{BESIDE}",state="building"'
    assert f"oversight_projection_set_state{{{labels}}} 1" in metrics
    compared = rebuild(here, "compare", "inspection", "oversight")
    assert compared.stdout.endswith("both say the same\n"), compared.stdout
    assert rebuild(here, "switch", "inspection", "oversight").returncode == 0
    assert sets(here, "oversight") == {FIRST: "former", BESIDE: "serving"}
    # What is pushed now is in the views: the former set reads the log, the new one answers.
    system.accept(event("nonconformity.raised", name, unique("kph"), NC))
    assert rebuild(here, "rollback", "inspection", "oversight").returncode == 0
    assert sets(here, "oversight") == {FIRST: "serving", BESIDE: "former"}
    dropped = rebuild(here, "drop", "inspection", "oversight")
    assert dropped.returncode == 0, dropped.stderr
    assert sets(here, "oversight") == {FIRST: "serving"}


@pytest.mark.parametrize("projection", ["obligations", "inconsistencies", "sequences"])
def test_every_view_of_inspection_can_be_built_beside(system, here, projection):  # noqa: F811 - the fixture
    assert rebuild(here, "start", "inspection", projection).returncode == 0
    compared = rebuild(here, "compare", "inspection", projection, "--json")
    assert json.loads(compared.stdout)["equal"], compared.stdout
    assert rebuild(here, "switch", "inspection", projection).returncode == 0
    # The former one goes, and with a start of the service the new one is all there is.
    assert rebuild(here, "drop", "inspection", projection).returncode == 0
    assert list(sets(here, projection).values()) == ["serving"]


def test_in_place_as_ever(here):  # noqa: F811 - the fixture
    done = rebuild(here, "inspection", "sequences", "--timeout", "60")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "rebuilt: sequences\n"


def test_what_has_one_set_of_tables_says_so(here):  # noqa: F811 - the fixture
    done = rebuild(here, "start", "notify", "alerts")
    assert done.returncode == 1
    assert "one set of tables only" in done.stderr

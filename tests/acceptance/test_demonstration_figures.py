"""The demonstration on a running system: the figures of five deployments, asked over HTTP, and a board worth looking at.

Expected values are those of the published articles; the system computes its own from imported events.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from rich.console import Console

from deploy.local.ports import is_free
from deploy.local.supervisor import Plan, Supervisor
from shared.cli.board import read_board, read_names, render
from shared.cli.demo_figures import ask, exceptions, print_figures
from shared.cli.demo_loading import Loading
from shared.cli.running import Client
from shared.simulation.history.figures import HistoricFigure, figures

#: Indicator, day and duty or level asked for: numerator, denominator, and the rate as the articles' sums give it.
EXPECTED = {
    ("I1", "2013-11-30", "province"): (62, 63, "98.41 %"),
    ("I1", "2013-11-30", "central"): (18, 23, "78.26 %"),
    ("I2", "2014-04-01", ""): (121, 122, "99.18 %"),
    ("I2", "2017-12-31", "mandatory"): (53, 53, "100.00 %"),
    ("I2", "2017-12-31", "encouraged"): (11, 222, "4.95 %"),
    ("I3", "2020-12-31", ""): (244, 244, "100.00 %"),
    ("I1", "2021-04-12", ""): (1, 1, "100.00 %"),
    ("I6", "2022-06-30", ""): (0, 29, "0.00 %"),
}

pytestmark = pytest.mark.timeout(300)


def four_free_ports() -> int:
    for first in random.sample(range(20_500, 20_990), 400):
        if all(is_free(first + index) for index in range(4)):
            return first
    pytest.fail("no four free ports in a row")


class Running:
    """A system with the small demonstration in it."""

    def __init__(self, data: Path) -> None:
        self.console = Console(width=180, record=True, quiet=True)
        self.supervisor = Supervisor(Plan(data=data, port=four_free_ports()), say=lambda _text: None)
        self.supervisor.start()
        self.client = Client(self.supervisor.urls["inspection"], self.supervisor.staff_token)

    def load(self) -> None:
        Loading(self.supervisor.plan.data, self.supervisor.urls, self.client, self.console).ensure(small=True)

    def position(self, service: str) -> int:
        url = self.supervisor.urls[service]
        return int(self.client.get(f"{url}/readyz")["checks"]["log"]["position"])

    def told(self) -> dict[str, int]:
        """Count what was pushed; the inspection service adds facts of its own at any time."""
        with closing(sqlite3.connect(self.supervisor.plan.data / "inspection.db")) as log:
            [agencies] = log.execute("SELECT count(*) FROM events WHERE type LIKE 'qms.agency.%'").fetchone()
        return {"agencies": agencies, **{service: self.position(service) for service in ("documents", "audit")}}

    def alerted(self, seconds: float = 40.0) -> bool:
        """Wait for the first alert: rules are judged some seconds after the facts have come in."""
        deadline = time.monotonic() + seconds
        while not self.position("notify"):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.5)
        return True


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    system = Running(tmp_path_factory.mktemp("demonstration"))
    try:
        system.load()
        yield system
    finally:
        system.supervisor.stop()


def key(figure: HistoricFigure) -> tuple[str, str, str]:
    given = figure.parameters
    return figure.indicator, given["as_of"], given.get("level") or given.get("obligation") or ""


@pytest.mark.parametrize("figure", figures(), ids=lambda figure: figure.name_en)
def test_the_figure_is_that_of_the_article(running, figure):
    [row] = ask(running.client, figure)

    assert (row["numerator"], row["denominator"]) == EXPECTED[key(figure)][:2]


def test_every_expected_figure_is_shown():
    assert {key(figure) for figure in figures()} == EXPECTED.keys()


def named(english: str) -> HistoricFigure:
    return next(figure for figure in figures() if figure.name_en.startswith(english))


def test_ho_chi_minh_city_is_the_one_province_without_a_plan_in_2013(running):
    assert exceptions(running.client, named("Provinces")) == ["Ủy ban nhân dân thành phố Hồ Chí Minh"]


def test_the_five_ministries_without_a_plan_in_2013_are_named(running):
    assert set(exceptions(running.client, named("Ministries"))) == {
        "Bộ Quốc phòng",
        "Bộ Lao động - Thương binh và Xã hội",
        "Bộ Giao thông vận tải",
        "Bộ Giáo dục và Đào tạo",
        "Bộ Tài nguyên và Môi trường",
    }


def test_defence_had_no_plan_in_2013_and_has_one_in_2021(running):
    question = "/v1/indicators/I1?scope=bo-quoc-phong&as_of="

    assert running.client.get(question + "2013-11-30")["rows"][0]["numerator"] == 0
    assert running.client.get(question + "2021-04-12")["rows"][0]["numerator"] == 1


def test_one_unit_of_can_tho_is_on_its_way_to_its_certificate(running):
    rows = running.client.get("/v1/indicators/I2a?as_of=2014-04-01&scope=ubnd-thanh-pho-can-tho")["rows"]
    counts = {state: told["count"] for state, told in rows[0]["values"].items() if isinstance(told, dict)}

    assert {state: count for state, count in counts.items() if count} == {"certified": 121, "applying": 1}


def test_the_voluntary_applicant_without_public_procedures_has_no_coverage_instead_of_none(running):
    office = "van-phong-doan-dai-bieu-quoc-hoi-va-hoi-dong-nhan-dan-can-tho"
    [row] = running.client.get(f"/v1/indicators/I3?as_of=2014-04-01&scope={office}")["rows"]

    assert (row["denominator"], row["rate"]) == (0, None)


def test_all_communes_of_can_tho_are_certified(running):
    [row] = running.client.get("/v1/indicators/I2?as_of=2014-04-01&scope=ubnd-thanh-pho-can-tho&level=commune")["rows"]

    assert row["rate"] == 1
    assert row["denominator"] == 80


def test_the_board_prints_34_provinces_with_figures_that_differ(running):
    board = read_board(running.client)
    covered = {row["key"]: row["rate"] for row in board["rows"] if row["indicator"] == "I2"}
    provinces = [name for name in covered if name.startswith("P")]

    assert len(provinces) == 34
    assert len({covered[name] for name in provinces}) > 10


def test_today_there_are_stale_procedures_overdue_actions_and_alerts(running):
    client = running.client
    stale, overdue = (client.get(f"/v1/indicators/{name}")["rows"][0] for name in ("I6", "I11"))

    assert 0 < stale["numerator"] < stale["denominator"]
    assert 0 < overdue["numerator"] < overdue["denominator"]
    assert running.alerted()


def test_what_is_printed_names_every_figure_with_its_numerator_and_denominator(running):
    console = Console(width=180, record=True, quiet=False, file=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    with console.file:
        render(read_board(running.client), console, read_names(running.client))
        print_figures(running.client, console)
    text = console.export_text()

    for numerator, denominator, rate in EXPECTED.values():
        assert f"{rate} ({numerator}/{denominator})" in text


def test_loading_again_pushes_nothing(running):
    before = running.told()
    running.load()

    assert running.told() == before


def test_a_loading_that_was_interrupted_is_finished_without_anything_twice(running):
    before = running.told()
    remembered = running.supervisor.plan.data / "demonstration.json"
    remembered.write_text(remembered.read_text().replace('"heads": {', '"heads": null, "were": {'))
    running.load()

    assert running.told() == before

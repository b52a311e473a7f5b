"""A reorganisation from the outside: the command pushes it, heirs go on, what is left is counted, then it is settled."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner

from shared.cli.reorganise import reorganise
from shared.contracts.evidence import EVIDENCE_EXAMPLE
from shared.testing.running_system import RunningSystem, agency, event, province, unique

LAST_DAY, FIRST_DAY = "2025-06-28", "2025-07-01"
EVIDENCE = [dict(EVIDENCE_EXAMPLE)]


@dataclass
class Country:
    """Two communes of a district, merged into a new commune of a new province; a part of one goes to another commune."""

    reorganisation: str = field(default_factory=lambda: unique("sap-xep"))
    ministry: str = field(default_factory=lambda: unique("bo"))
    old_province: str = field(default_factory=lambda: unique("tinh-cu"))
    district: str = field(default_factory=lambda: unique("huyen"))
    divided: str = field(default_factory=lambda: unique("xa-chia"))
    whole: str = field(default_factory=lambda: unique("xa-nguyen"))
    new_province: str = field(default_factory=lambda: unique("tinh-moi"))
    heir: str = field(default_factory=lambda: unique("xa-moi"))
    other: str = field(default_factory=lambda: unique("xa-khac"))

    def registrations(self) -> list[dict]:
        begins = {"valid_from": FIRST_DAY}
        district = {"kind": "district_pc", "level": "district"}
        return [
            agency(self.ministry, kind="ministry", level="central"),
            province(self.old_province),
            agency(self.district, self.old_province, **district),
            agency(self.divided, self.district),
            agency(self.whole, self.district),
            province(self.new_province, **begins),
            agency(self.heir, self.new_province, **begins),
            agency(self.other, self.new_province, **begins),
        ]

    def links(self) -> list[tuple[str, ...]]:
        return [
            (self.divided, self.heir, "part", "1", ""),
            (self.divided, self.other, "part", "0", ""),
            (self.whole, self.heir, "whole", "1", ""),
            (self.district, self.new_province, "whole", "1", "level_abolished"),
            (self.old_province, self.new_province, "whole", "1", ""),
        ]


def planned_action(source: str, on: str) -> dict:
    data = {"source": "improvement", "type": "improvement", "what": "Bổ sung bước đối chiếu", "owner": "van-phong"}
    return event("action.planned", source, unique("hd"), {**data, "planned_on": on, "due_on": "2025-12-31"}, on=on)


def declared(source: str) -> dict:
    data = {"status": "declared", "state_since": "2024-01-15", "declared_on": "2024-01-15", "decision_no": "12/QĐ-UBND"}
    data |= {"standard_version": "TCVN ISO 9001:2015", "scope_fields": ["Tư pháp"]}
    return event("declaration.baselined", source, "cong-bo", data, on="2024-01-15", provenance="imported")


@dataclass
class Run:
    """The reorganisation as it was carried out."""

    system: RunningSystem
    country: Country
    action: dict

    def command(self, *arguments: str) -> tuple[int, dict]:
        """Run `oversight reorganise` against the system; return exit status and what it printed as JSON."""
        options = ["--url", self.system.url, "--key", self.system.staff, "--json"]
        found = CliRunner().invoke(reorganise, [*arguments, *options])
        return found.exit_code, json.loads(found.stdout) if found.stdout.startswith("{") else {"error": found.exception}

    def summary(self) -> dict:
        return dict(self.system.get(f"/v1/reorganisations/{self.country.reorganisation}").json)

    def lines(self, **parameters: str | int) -> dict:
        path = f"/v1/reorganisations/{self.country.reorganisation}/obligations"
        return dict(self.system.get(path, **parameters).json)


@pytest.fixture(scope="module")
def run(system: RunningSystem, tmp_path_factory: pytest.TempPathFactory) -> Run:
    country = Country()
    action = planned_action(country.divided, "2025-03-01")
    system.accept(*country.registrations())
    system.accept(action, planned_action(country.whole, "2025-03-01"), declared(country.divided))
    system.accept(planned_action(country.district, "2025-03-01"))
    table = tmp_path_factory.mktemp("mapping") / "mapping.csv"
    write(table, country)
    told = Run(system, country, action)
    named = ["--id", country.reorganisation, "--agency", country.ministry, "--name", "Sắp xếp cấp xã"]
    status, counts = told.command("start", str(table), *named, "--effective", FIRST_DAY)
    assert (status, counts["refused"], counts["waiting"]) == (0, 0, 0), counts
    system.eventually(lambda: len(told.summary().get("counts", ())) == 2 and told.summary()["left"] == 4)
    system.settle()
    return told


def write(table: Path, country: Country) -> None:
    with table.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("old", "new", "share", "is_default", "how"))
        rows.writerows(country.links())


def test_what_the_old_agencies_owed_is_listed_with_the_default_heir(run):
    found = run.summary()
    assert (found["status"], found["old_agencies"], found["new_agencies"]) == ("effective", 4, 3)
    assert found["not_ended"] == []
    assert {count["kind"]: count["open_before"] for count in found["counts"]} == {"action": 3, "declaration": 1}
    page = run.lines(limit=3)
    rest = run.lines(after=page["next"])
    assert (page["total"], len(page["obligations"]), len(rest["obligations"])) == (4, 3, 1)
    heirs = {line["from"]: line["to"] for line in run.lines()["obligations"]}
    assert heirs[run.country.divided] == run.country.heir
    assert heirs[run.country.district] == run.country.new_province


def test_agencies_name_those_before_and_after_them(run):
    country = run.country
    divided = run.system.get(f"/v1/agencies/{country.divided}").json
    assert (divided["status"], divided["ended_how"]) == ("ended", "split")
    assert divided["successors"] == [country.heir, country.other]
    heir = run.system.get(f"/v1/agencies/{country.heir}").json
    assert set(heir["predecessors"]) == {country.divided, country.whole}
    assert heir["over_time"]["parents"] == [{"from": FIRST_DAY, "value": country.new_province}]
    before = run.system.get(f"/v1/agencies/{country.divided}", as_of=LAST_DAY).json
    assert (before["status"], before["parent_id"]) == ("active", country.district)


def test_an_event_of_before_is_taken_late_and_one_of_after_names_the_successor(run):
    (late,) = run.system.push([planned_action(run.country.whole, LAST_DAY)])
    assert late["status"] == "accepted"
    (refused,) = run.system.push([planned_action(run.country.whole, "2025-07-02")])
    assert (refused["status"], refused["code"]) == ("refused", "AGENCY_ENDED")
    assert run.country.heir in refused["hint"]["vi"]
    run.system.eventually(lambda: run.summary()["left"] == 5)


def test_it_is_not_settled_while_anything_is_left(run):
    answer = run.system.request("POST", f"/v1/reorganisations/{run.country.reorganisation}/settle")
    assert (answer.status, answer.json["code"]) == (409, "OBLIGATIONS_LEFT")
    settled = event("reorganisation.settled", run.country.ministry, run.country.reorganisation, {})
    settled["data"] = {"sources": 4, "known_at": "2025-09-30T08:00:00+07:00", "counts": []}
    (refused,) = run.system.push([settled])
    assert refused["code"] == "SYSTEM_EVENT"


def test_the_heir_goes_on_with_what_it_inherited_and_nobody_else_does(run):
    country = run.country
    key, strange = run.system.key(country.heir), run.system.key(country.other)
    done = event(
        "action.done",
        country.divided,
        run.action["subject"],
        {"done_on": "2025-09-01", "evidence": EVIDENCE},
        on="2025-09-01",
    )
    (before,) = run.system.push([done], key=key)
    assert before["code"] == "AGENCY_ENDED"
    status, counts = run.command("assign", country.reorganisation)
    assert (status, counts["accepted"], counts["refused"]) == (0, 5, 0)

    def pushed(pusher: str) -> dict:
        return dict(run.system.push([{**done, "id": unique("lan")}], key=pusher)[0])

    assert run.system.eventually(lambda: pushed(key)["status"] == "accepted")
    assert pushed(strange)["code"] in {"NOT_ENTITLED", "TRANSITION_NOT_ALLOWED"}
    run.system.eventually(lambda: run.summary()["left"] == 0)


def test_nothing_is_lost_and_it_is_settled(run):
    status, found = run.command("settle", run.country.reorganisation)
    assert (status, found["status"], found["left"]) == (0, "settled", 0)
    for count in found["counts"]:
        assert count["open_before"] == count["inherited"] + count["lapsed"] + count["closed"]
    run.system.eventually(lambda: run.summary()["status"] == "settled")
    listed = run.system.get("/v1/reorganisations").json["reorganisations"]
    assert run.country.reorganisation in {one["id"] for one in listed}


def test_the_command_prints_for_people_what_it_knows(run):
    options = ["--url", run.system.url, "--key", run.system.staff]
    shown = CliRunner().invoke(reorganise, ["show", run.country.reorganisation, *options])
    assert shown.exit_code == 0
    assert "open_before" in shown.stdout
    assert "Sắp xếp cấp xã" in shown.stdout
    listed = CliRunner().invoke(reorganise, ["list", *options])
    assert run.country.reorganisation in listed.stdout


def test_the_heir_has_to_declare_anew(run):
    def state() -> str:
        answer = run.system.get("/v1/indicators/I2a", scope=run.country.heir, as_of="2025-12-31")
        return next((name for name, part in answer.json["rows"][0]["values"].items() if part_of(part)), "")

    run.system.eventually(lambda: state() == "needs_redeclaration")


def part_of(part: object) -> bool:
    return isinstance(part, dict) and part.get("count") == 1


def test_an_agency_sees_only_the_reorganisations_of_its_own_part_of_the_tree(run):
    key = run.system.key(run.country.other)
    answer = run.system.get(f"/v1/reorganisations/{run.country.reorganisation}", key=key)
    assert (answer.status, answer.json["code"]) == (403, "OUTSIDE_SCOPE")
    assert run.system.get("/v1/reorganisations/chua-co").json["code"] == "UNKNOWN_REORGANISATION"


def test_administrative_units_are_answered_for_a_day_and_a_code(run):
    before = run.system.get("/v1/admin-units", as_of=LAST_DAY, parent="none").json
    after = run.system.get("/v1/admin-units", as_of=FIRST_DAY, parent="none").json
    assert (before["total"], after["total"]) == (63, 34)
    old, new = run.system.get("/v1/admin-units/P52").json["admin_units"]
    assert (old["name"], new["name"]) == ("Tỉnh Bình Định", "Tỉnh Gia Lai")
    assert [one["code"] for one in old["successors"]] == ["P52"]
    assert {one["name"] for one in new["predecessors"]} == {"Tỉnh Bình Định", "Tỉnh Gia Lai"}
    assert run.system.get("/v1/admin-units/P00").status == 404

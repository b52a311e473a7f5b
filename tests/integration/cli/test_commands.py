"""The command line against a running system: exit codes, files as people have them, the spool, messages without a trace."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.ports import free_ports
from shared.testing.running_system import RunningSystem, event, province, unique

PROGRAM = [sys.executable, "-W", "ignore", "-m", "shared.cli.main"]
NC = {
    "source": "internal_audit",
    "class": "minor_nc",
    "clause": "7.5.3",
    "standard_version": "TCVN ISO 9001:2015",
    "statement": "Không lưu phiếu hẹn trả kết quả",
    "raised_on": "2026-02-26",
}


def oversight(*words: str, data: Path, given: str = "", seconds: float = 60) -> subprocess.CompletedProcess[str]:
    """Run a command as a person does; no error may show a stack trace."""
    done = subprocess.run(
        [*PROGRAM, *words],
        input=given,
        env={**os.environ, "OVERSIGHT_DATA": str(data), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture
def here(system: RunningSystem, tmp_path: Path) -> Path:
    """A data directory that knows the running system, with a spool of its own."""
    (tmp_path / "run.json").write_text((system.data / "run.json").read_text())
    return tmp_path


@pytest.fixture(scope="module")
def agency_id(system: RunningSystem) -> str:
    name = unique("lenh")
    system.accept(province(name))
    return name


def raised(agency_id: str) -> dict:
    return event("nonconformity.raised", agency_id, unique("kph"), NC)


def lines(*events: dict) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in events)


def test_push_takes_lines_and_arrays_and_counts(here, agency_id):
    first, second = raised(agency_id), raised(agency_id)
    (here / "a.jsonl").write_text(lines(first) + "\n" + lines(second))
    (here / "b.json").write_text(json.dumps([first, raised(agency_id)], indent=1))
    done = oversight("push", str(here / "a.jsonl"), str(here / "b.json"), "--json", data=here)
    counts = json.loads(done.stdout)
    assert done.returncode == 0
    assert {name: counts[name] for name in ("accepted", "duplicate", "waiting", "refused")} == {
        "accepted": 3,
        "duplicate": 1,
        "waiting": 0,
        "refused": 0,
    }


def test_push_ends_with_1_when_something_is_refused_and_says_what(here, agency_id):
    wrong = {**raised(agency_id), "specversion": "2.0"}
    done = oversight("push", "-", data=here, given=lines(raised(agency_id), wrong))
    assert done.returncode == 1
    assert "accepted 1" in done.stdout
    assert "refused 1" in done.stdout
    assert "/specversion" in done.stderr


def test_push_of_a_broken_line_leaves_the_others(here, agency_id):
    done = oversight("push", "-", data=here, given=lines(raised(agency_id)) + "{broken\n" + lines(raised(agency_id)))
    assert done.returncode == 1
    assert "accepted 2" in done.stdout


def test_push_keeps_what_it_cannot_send_and_sends_it_later(system, here, agency_id):
    events = [raised(agency_id) for _ in range(3)]
    (nowhere,) = free_ports(1)
    away = oversight(
        "push", "-", "--url", f"http://127.0.0.1:{nowhere}", "--attempts", "1", data=here, given=lines(*events)
    )
    assert away.returncode == 3
    assert "3 events lie in the spool" in away.stderr
    back = oversight("push", "-", "--json", data=here, given=lines(raised(agency_id)))
    assert back.returncode == 0
    assert json.loads(back.stdout)["accepted"] == 4
    assert json.loads(back.stdout)["spooled"] == 0
    assert {system.receipt(one).json["status"] for one in events} == {"accepted"}


def test_push_says_what_is_wrong_with_files_and_keys(here):
    for words in (("push", "no-such-file.jsonl"), ("push",), ("push", "-", "--key", "ovk_0123456789abcdef_wrong")):
        done = oversight(*words, data=here, given="{}\n")
        assert done.returncode not in (0, 3), words
        assert done.stderr.strip(), words


CSV = """agency_id,name_vi,kind,level,parent_id,obligation,has_tthc,inspection_rights,valid_from
{top},Ủy ban nhân dân tỉnh {top},provincial_pc,province,,mandatory,true,false,2025-07-01
{below},Ủy ban nhân dân xã {below},commune_pc,commune,{top},encouraged,có,,2025-07-01
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_agencies_are_registered_from_a_spreadsheet(system, here, encoding):
    top, below = unique("t"), unique("x")
    (here / "agencies.csv").write_text(CSV.format(top=top, below=below), encoding=encoding)
    done = oversight("agency", "register", str(here / "agencies.csv"), "--json", data=here)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["accepted"] == 2
    again = oversight("agency", "register", str(here / "agencies.csv"), "--json", data=here)
    assert json.loads(again.stdout)["duplicate"] == 2
    key = json.loads(oversight("agency", "key", top, "--json", data=here).stdout)
    assert key.keys() == {"agency_id", "key_id", "key"}
    assert system.push([raised(below)], key["key"])[0]["status"] == "accepted"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_agencies_are_registered_from_json_lines(here, encoding):
    row = {
        "agency_id": unique("t"),
        "name_vi": "Ủy ban nhân dân tỉnh",
        "kind": "provincial_pc",
        "level": "province",
        "obligation": "mandatory",
        "has_tthc": True,
        "inspection_rights": False,
        "valid_from": "2025-07-01",
    }
    (here / "agencies.jsonl").write_text(lines(row), encoding=encoding)
    done = oversight("agency", "register", str(here / "agencies.jsonl"), "--json", data=here)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["accepted"] == 1


def test_a_row_that_cannot_be_registered_is_named(here):
    (here / "a.csv").write_text("agency_id,name_vi,has_tthc\nx,Tên,perhaps\n")
    assert oversight("agency", "register", str(here / "a.csv"), data=here).returncode == 1
    (here / "b.csv").write_text("agency_id,name_vi\nx,Tên\n")
    done = oversight("agency", "register", str(here / "b.csv"), data=here)
    assert done.returncode == 1
    (here / "latin.csv").write_bytes("agency_id,name_vi\nx,Sở".encode("utf-16"))
    assert oversight("agency", "register", str(here / "latin.csv"), data=here).returncode == 1
    (here / "c.jsonl").write_text("[1]\n")
    assert oversight("agency", "register", str(here / "c.jsonl"), data=here).returncode == 1


def test_a_key_for_nobody_is_refused_in_a_sentence(here):
    done = oversight("agency", "key", "no-such-agency", data=here)
    assert done.returncode == 1
    assert "no-such-agency" in done.stderr


def test_the_board_in_json_has_what_is_promised(system, here, agency_id):
    system.settle()
    done = oversight("board", "--scope", agency_id, "--as-of", "2026-03-31", "--json", data=here)
    board = json.loads(done.stdout)
    assert board.keys() == {"as_of", "known_at", "watermark", "rows"}
    assert board["as_of"] == "2026-03-31"
    assert {"I1", "I2", "I2a", "I3", "I4", "I6", "I7", "I9", "I11", "I21"} <= {
        row["indicator"] for row in board["rows"]
    }
    for row in board["rows"]:
        assert row.keys() >= {"indicator", "key", "label", "numerator", "denominator", "rate", "values"}
    assert oversight("board", "--scope", agency_id, data=here).returncode == 0


def test_the_board_says_what_is_wrong_with_a_question(here):
    for words in (("--as-of", "2026-02-30"), ("--scope", "no-such-agency"), ("--known-at", "yesterday")):
        done = oversight("board", *words, data=here)
        assert done.returncode == 1, words
        assert done.stderr.startswith("oversight: "), words


def test_a_simulated_nation_is_accepted_whole(here):
    stream = oversight("simulate", "--agencies", "40", "--events", "300", "--seed", "7", data=here)
    assert stream.returncode == 0
    again = oversight("simulate", "--agencies", "40", "--events", "300", "--seed", "7", data=here)
    assert again.stdout == stream.stdout
    pushed = oversight("push", "-", "--json", data=here, given=stream.stdout)
    counts = json.loads(pushed.stdout)
    assert (pushed.returncode, counts["refused"], counts["waiting"]) == (0, 0, 0), counts
    assert counts["accepted"] + counts["duplicate"] == len(stream.stdout.splitlines())


def test_the_quarantine_is_listed_and_an_item_repaired(system, here, agency_id):
    wrong = {**raised(agency_id), "specversion": "2.0"}
    system.push([wrong])
    listed = oversight("quarantine", "list", "--status", "refused", "--json", data=here)
    item = next(one for one in json.loads(listed.stdout)["items"] if one["event_id"] == wrong["id"])
    shown = oversight("quarantine", "list", data=here).stdout
    assert any(item["id"] in line and wrong["id"] in line for line in shown.splitlines())
    as_came = oversight("quarantine", "replay", item["id"], data=here)
    assert as_came.returncode == 1
    assert "/specversion" in as_came.stderr
    (here / "repaired.json").write_text(json.dumps({**wrong, "specversion": "1.0"}))
    repaired = oversight("quarantine", "replay", item["id"], "--repaired", str(here / "repaired.json"), data=here)
    assert repaired.returncode == 0
    assert "accepted at position" in repaired.stdout
    assert oversight("quarantine", "replay", item["id"], data=here).returncode == 1


def test_up_names_the_port_that_is_taken(system, tmp_path):
    taken = system.connect("audit").port
    done = oversight("up", "--port", str(taken), "--data", str(tmp_path / "data"), data=tmp_path)
    assert done.returncode != 0
    assert str(taken) in done.stderr
    assert system.get("/readyz").status == 200


def test_nothing_running_is_said_in_a_sentence(tmp_path):
    (nowhere,) = free_ports(1)
    for words in (("board",), ("quarantine", "list"), ("agency", "key", "a")):
        done = oversight(*words, "--url", f"http://127.0.0.1:{nowhere}", data=tmp_path)
        assert done.returncode == 1
        assert "nothing answers" in done.stderr

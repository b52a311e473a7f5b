"""Lists at the command line: what people copy is never cut, neither at 80 columns nor in a pipe."""

from __future__ import annotations

import pytest

from shared.cli import listing, quarantine

ITEM = {
    "id": "audit-zmsq2dcd4so36gg2",
    "status": "refused",
    "overdue": False,
    "type": "qms.dossier_stats.submitted",
    "source": "/agencies/so-thong-tin-va-truyen-thong-tinh",
    "event_id": "2026-03-[bold]one-stop-of-a-rather-long-number",
    "asserter": "so-noi-vu",
    "code": "ID_REUSED",
    "pointer": "/id",
    "hint": {"vi": "Mã sự kiện này đã được dùng cho một nội dung khác; sự kiện mới phải có mã mới.", "en": "…"},
}


def test_into_a_pipe_an_item_is_one_whole_line(capsys):
    listing.print_list(quarantine._HEADERS, [quarantine._wide(ITEM)], empty="nothing")
    (line,) = (one for one in capsys.readouterr().out.splitlines() if ITEM["id"] in one)
    for name in ("status", "type", "source", "event_id", "asserter", "code", "pointer"):
        assert ITEM[name] in line
    assert ITEM["hint"]["vi"] in line


def test_at_80_columns_the_id_is_whole_and_nothing_is_lost(capsys, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(listing, "is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    listing.print_list(("id", "event", "what to do"), [quarantine._narrow(ITEM)], empty="nothing")
    lines = capsys.readouterr().out.splitlines()
    assert max(len(line) for line in lines) <= 80
    assert sum(ITEM["id"] in line for line in lines) == 1
    events = "".join(line.split("│")[2].strip() for line in lines if line.startswith("│"))
    assert events == "".join((ITEM["type"], ITEM["source"], ITEM["event_id"], "by so-noi-vu"))


def test_an_id_with_any_characters_is_one_part_of_the_path():
    assert quarantine._path("audit-c6ia…/x", "replay") == "/v1/quarantine/audit-c6ia%E2%80%A6%2Fx/replay"

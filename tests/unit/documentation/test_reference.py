"""The committed reference pages say what the code says."""

import re
from pathlib import Path

import pytest

from shared.contracts.catalogue import load
from shared.contracts.flags import KERNEL_EVENTS
from shared.documentation import events, http, settings
from shared.documentation.fields import described
from shared.service.settings import Settings

PAGES = {"events": events, "http": http, "settings": settings}


@pytest.mark.parametrize("name", PAGES)
def test_the_committed_page_is_what_the_code_gives(name):
    page = PAGES[name]
    assert page.PATH.read_text(encoding="utf-8") == page.render(), "stale: run `make docs`"


def test_every_event_type_and_every_field_of_it_is_described():
    text = events.render()
    for kind in load().values():
        if kind.event in KERNEL_EVENTS:
            continue
        section = text.partition(f"#### {kind.name}\n")[2].partition("\n#### ")[0]
        assert kind.vi in section
        for field in described(kind.schema):
            assert f"| `{field.name}` |" in section, (kind.name, field.name)


def test_every_link_within_the_event_page_leads_somewhere():
    text = events.render()
    anchors = {
        re.sub(r"[^\w -]", "", line.lstrip("# ")).lower().replace(" ", "-")
        for line in text.splitlines()
        if line.startswith("#")
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors


def test_every_setting_of_a_service_is_listed():
    listed = {one.variable for one in settings.common()}
    wanted = {
        f"OVERSIGHT_{name.upper()}"
        for name in Settings.__dataclass_fields__
        if name not in ("service", "extra", "peers")
    }
    assert listed == wanted | {"OVERSIGHT_PEER_{SERVICE}"}


def test_every_variable_that_the_code_reads_is_listed():
    text = settings.render()
    read = set()
    for folder in ("shared", "services", "deploy"):
        for path in Path(folder).rglob("*.py"):
            read |= set(
                re.findall(r'environ[^\n]*?["\'](OVERSIGHT_[A-Z_]+[A-Z])["\']', path.read_text(encoding="utf-8"))
            )
    assert read
    assert [name for name in sorted(read) if name not in text] == []


def test_defaults_are_those_of_the_code():
    text = settings.render()
    assert f"| `{8 * 1024 * 1024}` |" in text
    assert "| `20.0` |" in text


@pytest.mark.parametrize("stale", [True, False])
def test_a_stale_page_is_told_and_a_good_one_is_not(stale, tmp_path, monkeypatch):
    page = tmp_path / "page.md"
    page.write_text("old" if stale else "new")
    monkeypatch.setattr("sys.argv", ["page", "--check"])
    if stale:
        with pytest.raises(SystemExit, match="stale"):
            events.run(page, lambda: "new")
    else:
        events.run(page, lambda: "new")
    monkeypatch.setattr("sys.argv", ["page"])
    events.run(page, lambda: "new")
    assert page.read_text() == "new"

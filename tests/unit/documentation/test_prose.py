"""The prose leads where it says, and the two READMEs tell the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGES = sorted([*Path().glob("*.md"), *Path("docs").rglob("*.md")])
READMES = (Path("README.md"), Path("README.vi.md"))
_LINK = re.compile(r"\]\(([^)#\s]+)(#[^)]*)?\)")


def anchors(page: Path) -> set[str]:
    heads = [line.lstrip("# ") for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    return {re.sub(r"[^\w -]", "", head).lower().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_within_the_repository_leads_to_something(page):
    missing = []
    for target, anchor in _LINK.findall(page.read_text(encoding="utf-8")):
        if target.startswith(("http://", "https://")):
            continue
        found = page.parent / target
        if not found.exists() or (anchor and anchor[1:] not in anchors(found)):
            missing.append(target + anchor)
    assert missing == []


@pytest.mark.parametrize("page", READMES, ids=str)
def test_a_readme_is_short_and_names_only_folders_that_exist(page):
    text = page.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    named = re.findall(r"^\| `([\w/]+/)`", text, re.MULTILINE)
    assert len(named) >= 7
    assert [path for path in named if not Path(path).is_dir()] == []


def commands(page: Path) -> list[str]:
    """Return the lines of all shell blocks without their comments, which are in the page's language."""
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    lines = [re.sub(r"(^|\s+)#.*", "", line) for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.strip()]


def test_both_readmes_give_the_same_commands():
    assert commands(READMES[0]) == commands(READMES[1])


def test_decisions_are_numbered_without_a_gap_and_say_where_they_stand():
    records = sorted(Path("docs/adr").glob("*.md"))
    assert [int(record.name[:4]) for record in records] == list(range(1, len(records) + 1))
    for record in records:
        text = record.read_text(encoding="utf-8")
        assert text.startswith(f"# {int(record.name[:4])}. ")
        assert "\nStatus: " in text
        assert "\n## Consequences\n" in text


@pytest.mark.parametrize("page", [page for page in PAGES if page.name.endswith(".vi.md")], ids=str)
def test_checks_are_never_called_state_inspection_in_vietnamese(page):
    assert "thanh tra" not in page.read_text(encoding="utf-8").lower()

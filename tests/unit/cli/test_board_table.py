"""The board in a terminal, a narrow one, and in a file."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from shared.cli.board_table import lines_of, print_board

NAMES = {f"I{number}": f"Tỷ lệ {number} / Rate {number}" for number in range(1, 10)}
PROVINCES = ("Cả nước", "Cơ quan trung ương", "Thành phố Hồ Chí Minh")


def rows(numerator=600_620, denominator=626_108):
    return [
        {"key": name, "label": name, "indicator": indicator, "numerator": numerator, "denominator": denominator}
        for indicator in NAMES
        for name in PROVINCES
    ]


def printed(given, **terminal):
    console = Console(file=io.StringIO(), color_system=None, **terminal)
    print_board(console, lines_of(given, tuple(NAMES)), NAMES)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [80, 120, 200])
def test_a_terminal_shows_every_name_and_every_rate_whole(width):
    text = printed(rows(), force_terminal=True, width=width)
    assert all(name in text for name in PROVINCES)
    assert "…" not in text
    assert text.count("95.9") == len(PROVINCES) * len(NAMES)
    assert "--json" in text
    assert max(map(len, text.splitlines())) <= width


def test_a_wide_terminal_shows_numerators_and_denominators():
    text = printed(rows(), force_terminal=True, width=300)
    assert text.count("95.93 % (600620/626108)") == len(PROVINCES) * len(NAMES)
    assert "--json" not in text


def test_a_file_has_everything_however_wide_it_gets():
    text = printed(rows(numerator=123_456_789, denominator=987_654_321))
    assert text.count("12.50 % (123456789/987654321)") == len(PROVINCES) * len(NAMES)
    assert all(name in text for name in PROVINCES)


def test_a_rate_of_nothing_is_a_dash_and_a_figure_that_was_not_asked_for_is_empty():
    text = printed([{"key": "x", "label": "", "indicator": "I2", "numerator": 0, "denominator": 0}])
    [line] = [line for line in text.splitlines() if line.startswith("│ x")]
    assert [cell.strip() for cell in line.strip("│").split("│")] == ["x", "", "–", *[""] * 7]


def test_the_columns_are_explained():
    text = printed(rows(), force_terminal=True, width=80)
    assert all(f"{indicator}  {name}" in text for indicator, name in NAMES.items())

"""Searching Vietnamese names as people type them."""

from __future__ import annotations

import unicodedata

import pytest

from shared.vietnam.text import folded, matches, normalised


@pytest.mark.parametrize(
    ("query", "found"),
    [("đắk lắk", True), ("dak lak", True), ("DAK", True), ("lak tinh", True), ("ak", False), ("", True)],
)
def test_names_are_found_without_marks_and_by_beginnings_of_words(query, found):
    assert matches(query, "Ủy ban nhân dân tỉnh Đắk Lắk") is found


def test_composed_and_decomposed_text_are_the_same():
    name = "Sở Khoa học và Công nghệ"
    assert normalised(unicodedata.normalize("NFD", f"  {name} ")) == name
    assert folded(unicodedata.normalize("NFD", name)) == "so khoa hoc va cong nghe"

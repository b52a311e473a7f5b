"""What stands beside a rate where it is explained."""

from __future__ import annotations

from services.inspection.read_models import Figure
from services.inspection.web.further_values import further_values_of

_FIRST = {"numerator": 3, "denominator": 8, "rate": 0.375, "percent": "37.50"}


def test_counts_and_shares_are_told_in_the_language_and_what_is_for_programs_is_not():
    values = {"overdue_original": _FIRST, "overdue_over_30_days": 1200, "age_days_mean": 4.5, "weighted_rate": 0.125}
    told = dict(further_values_of(Figure(2, 8, values), "vi"))
    assert told == {
        "Counting those in part as half": "12,50\u00a0%",
        "By the first due day": "37,50\u00a0% (3\u202f/\u202f8)",
        "More than 30 days overdue": "1.200",
    }
    assert dict(further_values_of(Figure(2, 8, values), "en"))["By the first due day"] == "37.50% (3\u202f/\u202f8)"


def test_nothing_stands_beside_what_does_not_apply():
    assert further_values_of(Figure(0, 0, {"not_moved": 0}), "vi") == []
    assert further_values_of(Figure(None, None, {"extensions": 4}), "vi") == []
    assert further_values_of(
        Figure(0, 2, {"deadline": None, "version": "TCVN ISO 9001:2015", "not_moved": 0}), "en"
    ) == [
        ("Newest version of the standard", "TCVN ISO 9001:2015"),
        ("Not moved to it yet", "0"),
    ]

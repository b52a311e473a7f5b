"""What a receipt says to an officer, and which field a reason is about."""

from __future__ import annotations

import pytest

from services.inspection.web.receipt_words import field_title, receipt_of
from shared.contracts.catalogue import load

_TOLD = {"source": "/agencies/xa-1", "id": "e-1", "service": "documents", "received_at": "2026-03-02T08:00:00+07:00"}


@pytest.mark.parametrize(
    ("kind", "pointer", "vi", "en"),
    [
        ("qms.focal_point.left", "/data/left_on", "Ngày thôi đảm nhiệm", "Last day at the post"),
        ("qms.target.set", "/data/milestones/1/value", None, None),
        ("qms.focal_point.left", "/data/khong_co", "khong_co", "khong_co"),
        ("qms.focal_point.left", "/subject", "subject", "subject"),
        ("qms.focal_point.left", "", "", ""),
        ("qms.khong.co", "/data/left_on", "data/left_on", "data/left_on"),
    ],
)
def test_a_pointer_is_told_as_the_form_names_the_field(kind, pointer, vi, en):
    found = load().get(kind)
    titles = field_title(found, pointer, "vi"), field_title(found, pointer, "en")
    if vi is None:
        assert all(title.count(" › ") == 2 and " › 2 › " in title for title in titles)
        assert titles[0] != titles[1]
    else:
        assert titles == (vi, en)


@pytest.mark.parametrize(
    ("more", "tone", "repair"),
    [
        ({"status": "accepted", "position": 7, "digest": "ab", "recorded_at": "2026-03-02T08:00:01+07:00"}, "green", ""),
        ({"status": "waiting", "code": "PREDECESSOR_MISSING", "quarantine_id": "q1"}, "yellow", "/submissions/q1"),
        ({"status": "refused", "code": "FIELD_INVALID", "quarantine_id": "q2"}, "red", "/submissions/q2"),
        ({"status": "discarded", "code": "FIELD_INVALID", "quarantine_id": "q3"}, "grey", ""),
    ],
)  # fmt: skip
def test_every_state_says_what_to_do_and_where_only_what_is_open_can_be_repaired(more, tone, repair):
    told = {**_TOLD, "hint": {"vi": "Vì sao", "en": "Why"}, **more}
    found = receipt_of(told, load()["qms.focal_point.left"], "vi")
    assert (found.tone, found.repair, found.agency_id, found.hint) == (tone, repair, "xa-1", "Vì sao")
    assert found.advice
    assert (found.position, found.recorded_at is not None) == (more.get("position"), "recorded_at" in more)

"""Flags that the kernel itself raises on a stream; declared for every aggregate alike.

A late fact may be accepted although facts recorded before it no longer follow. Both stay, and the
stream is flagged until a correction: the flag is an event like others.
"""

from __future__ import annotations

from collections.abc import Iterable

from shared.contracts import fields
from shared.contracts.catalogue import CATALOGUE, EventSchema, EventType, Owner, declare

MARKED = "marked_inconsistent"
CLEARED = "marked_consistent"


class MarkedInconsistent(EventSchema):
    """What no longer follows, and since which late fact."""

    late_event_id = fields.Text("id of the late fact", "mã sự kiện đến muộn", longest=128)
    conflicting_event_ids = fields.ListOf(
        "ids of the facts that no longer follow",
        "mã các sự kiện không còn hợp lệ",
        fields.Text("event id", "mã sự kiện", longest=128),
        fewest=1,
    )


class MarkedConsistent(EventSchema):
    """The facts follow one another again."""

    by_event_id = fields.Text("id of the fact that settled it", "mã sự kiện đã khắc phục", longest=128)


def declare_flags(aggregates: Iterable[tuple[Owner, str]]) -> None:
    """Declare both flags for aggregates, given as (owner, aggregate); once however often called."""
    for owner, aggregate in aggregates:
        if f"qms.{aggregate}.{MARKED}" in CATALOGUE:
            continue
        declare(
            EventType(
                f"qms.{aggregate}.{MARKED}",
                owner,
                "a late fact contradicts facts recorded before it",
                "một sự kiện đến muộn mâu thuẫn với các sự kiện đã ghi nhận",
                MarkedInconsistent,
                {"late_event_id": "e-17", "conflicting_event_ids": ["e-12"]},
                {"no conflict named": {"late_event_id": "e-17", "conflicting_event_ids": []}},
                asserter="system",
            )
        )
        declare(
            EventType(
                f"qms.{aggregate}.{CLEARED}",
                owner,
                "the stream's facts follow one another again",
                "các sự kiện của hồ sơ lại nhất quán với nhau",
                MarkedConsistent,
                {"by_event_id": "e-18"},
                {"nothing named": {}},
                asserter="system",
            )
        )

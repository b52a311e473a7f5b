"""Event types that every aggregate has alike: flags that the kernel raises, and the retraction.

A late fact may be accepted although facts recorded before it no longer follow. Both stay, and the
stream is flagged until a correction: the flag is an event like others. A correction is an event of the
same type that names the one it corrects (`corrects`); a retraction names it and puts nothing in its place.
"""

from __future__ import annotations

from collections.abc import Iterable

from shared.contracts import fields
from shared.contracts.catalogue import CATALOGUE, Asserter, EventSchema, EventType, Owner, declare

MARKED = "marked_inconsistent"
CLEARED = "marked_consistent"
RETRACTED = "retracted"
#: The three names above: what an aggregate's own contracts need not declare.
KERNEL_EVENTS = frozenset({MARKED, CLEARED, RETRACTED})
#: Aggregates that keep their facts for good: keys and what the system says of alerts are not taken back.
_NOT_RETRACTABLE = frozenset({"credential", "alert", "delivery"})


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


class Retracted(EventSchema):
    """The named event did not happen; the record stands as if it had never been reported."""

    reason = fields.Text("why it is taken back", "lý do rút lại", longest=1000)
    occurred_on = fields.Date("day of the retraction, where only that is known", "ngày rút lại", required=False)


def declare_flags(aggregates: Iterable[tuple[Owner, str]]) -> None:
    """Declare these types for aggregates, given as (owner, aggregate); once however often called."""
    for owner, aggregate in aggregates:
        if f"qms.{aggregate}.{MARKED}" in CATALOGUE:
            continue
        if aggregate not in _NOT_RETRACTABLE and f"qms.{aggregate}.{RETRACTED}" not in CATALOGUE:
            declare(
                EventType(
                    f"qms.{aggregate}.{RETRACTED}",
                    owner,
                    "takes back an event of this record, named by `corrects`",
                    "rút lại một sự kiện của hồ sơ này, nêu tại `corrects`",
                    Retracted,
                    {"reason": "Nhập nhầm sang hồ sơ của đơn vị khác"},
                    {"no reason": {}},
                    asserter=_asserter_of(aggregate),
                )
            )
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


def _asserter_of(aggregate: str) -> Asserter:
    """Return who may take back: whoever may assert the aggregate's other facts; the system alone where nobody else may."""
    rules = {kind.asserter for kind in CATALOGUE.values() if kind.aggregate == aggregate}
    outside = rules - {"system"}
    return outside.pop() if len(outside) == 1 else "source" if outside else "system"

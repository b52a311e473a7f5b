"""Event types of how alerts are handled: who gets what, how they escalate, who is on duty. They say that it changed.

The arrangement itself is configuration, kept in files under version control; the log keeps when which one held.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventSchema, EventType, declare
from shared.contracts.fields import Integer, Sha256


class Changed(EventSchema):
    """Another arrangement holds from now on."""

    digest = Sha256("SHA-256 of the arrangement", "Mã băm SHA-256 của cấu hình")
    version = Integer("Version it gives itself", "Phiên bản", low=1, required=False)


_EXAMPLE = {"digest": "4f" * 32, "version": 2}

for _aggregate, _en, _vi in (
    ("subscription", "Who is told of which alerts over which channel changed", "Thay đổi phân luồng cảnh báo"),
    ("escalation_policy", "The alert rules and their escalation changed", "Thay đổi quy tắc và cấp chuyển cảnh báo"),
    ("oncall", "The duty roster changed", "Thay đổi lịch trực"),
):
    declare(
        EventType(
            name=f"qms.{_aggregate}.changed",
            owner="notify",
            en=_en,
            vi=_vi,
            schema=Changed,
            example=_EXAMPLE,
            invalid={"no_digest": {"version": 2}, "version_zero": {**_EXAMPLE, "version": 0}},
            asserter="system",
        )
    )

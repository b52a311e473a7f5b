"""What the documents service derives about procedures whose legal basis changed.

Only the system asserts these (see `services/documents/policies.py`): an agency clears staleness
by a revision or by a review that names the text.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventSchema, EventType, declare
from shared.contracts.documents.vocabulary import legal_text_id
from shared.contracts.fields import Choice, Date, Integer, Reference

CAUSES = ("amended", "replaced", "repealed")


def _change() -> Reference:
    return Reference("The event that changed the text", "Sự kiện thay đổi văn bản")


class FlaggedStale(EventSchema):
    """A legal text in the basis changed and nobody has looked at the procedure since."""

    legal_text_id = legal_text_id("The text that changed", "Văn bản thay đổi")
    cause = Choice("How it changed", "Hình thức thay đổi", CAUSES)
    change = _change()
    announced_on = Date("When the change was announced", "Ngày công bố thay đổi")
    since = Date(
        "Stale from: the day the change takes effect; may lie ahead", "Chưa cập nhật kể từ ngày thay đổi có hiệu lực"
    )
    due_on = Date("To be settled by: `since` and 30 days of grace", "Hạn xử lý")


class StalenessCleared(EventSchema):
    """The change is covered: by a revision, a review, or because the procedure is gone."""

    legal_text_id = legal_text_id("The text that changed", "Văn bản thay đổi")
    change = _change()
    cleared_on = Date("Covered from: the revision takes effect, or the day of the review", "Ngày hoàn thành cập nhật")
    lead_time_days = Integer(
        "From the day the change took effect; negative is ahead of the law",
        "Số ngày kể từ khi thay đổi có hiệu lực; số âm là trước khi có hiệu lực",
        unit="days",
        low=-1_000_000,
        high=1_000_000,
    )
    by = Choice("What covers it", "Hình thức xử lý", ("revised", "reviewed_no_change", "withdrawn"))


_CHANGE = {"source": "vpcp", "id": "vb-2025-118-thay-the"}

FLAGGED_STALE = declare(
    EventType(
        name="qms.procedure.flagged_stale",
        owner="documents",
        en="The procedure's legal basis changed",
        vi="Quy trình chưa được cập nhật theo thay đổi của căn cứ pháp lý",
        schema=FlaggedStale,
        example={
            "legal_text_id": "61/2018/NĐ-CP|Chính phủ|2018-04-23",
            "cause": "replaced",
            "change": _CHANGE,
            "announced_on": "2025-06-09",
            "since": "2025-07-01",
            "due_on": "2025-07-31",
        },
        invalid={"cause_missing": {"legal_text_id": "61/2018/NĐ-CP|Chính phủ|2018-04-23"}},
        asserter="system",
    )
)

STALENESS_CLEARED = declare(
    EventType(
        name="qms.procedure.staleness_cleared",
        owner="documents",
        en="The change of the legal basis is covered",
        vi="Quy trình đã được cập nhật theo thay đổi căn cứ pháp lý",
        schema=StalenessCleared,
        example={
            "legal_text_id": "61/2018/NĐ-CP|Chính phủ|2018-04-23",
            "change": _CHANGE,
            "cleared_on": "2025-08-20",
            "lead_time_days": 50,
            "by": "revised",
        },
        invalid={"nobody_cleared_it": {"cleared_on": "2025-08-20", "lead_time_days": 50}},
        asserter="system",
    )
)

"""Whose record an event belongs to where two agencies write in it: an inspection, a recommendation, a periodic report.

An agency answers a recommendation, and objects to a conclusion, with its own `source`; the record is the inspecting
body's, which `data.record_of` names. A receiver accepts or returns a report with its own `source`; the record is the
reporting agency's, which `data.agency_id` names. Everywhere else the record is the source's own. Both the rules and
the views take the owner from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.contracts.catalogue import EventType, declare
from shared.contracts.fields import Contract, Text
from shared.contracts.flags import RETRACTED, Retracted

#: Field of `data` that names the owner where it is not the source, by aggregate.
OWNER_FIELD: Mapping[str, str] = {
    "inspection": "record_of",
    "recommendation": "record_of",
    "periodic_report": "agency_id",
}


def owner_of(aggregate: str, source: str, data: Mapping[str, Any]) -> str:
    """Return the agency whose record an event belongs to."""
    field = OWNER_FIELD.get(aggregate)
    return str(data.get(field) or source) if field else source


def record_of() -> Text:
    """Return the field with the body whose record it is, where the source is the other side."""
    return Text(
        "Inspecting body whose record it is, where the source is another agency",
        "Mã cơ quan kiểm tra lập hồ sơ, khi nguồn gửi là cơ quan khác",
        longest=128,
        pattern=r"^[^/ \t\r\n]+$",
        required=False,
    )


class RetractedOfBody(Retracted):
    """The named event of the body's record did not happen."""

    record_of = record_of()


class RetractedOfAgency(Retracted):
    """The named event of the agency's report did not happen."""

    agency_id: Contract = Text(
        "Agency whose report it is", "Cơ quan báo cáo", longest=128, pattern=r"^[^/ \t\r\n]+$", required=False
    )


def _declare_retraction(aggregate: str) -> None:
    declare(
        EventType(
            name=f"qms.{aggregate}.{RETRACTED}",
            owner="inspection",
            en="takes back an event of this record, named by `corrects`",
            vi="rút lại một sự kiện của hồ sơ này, nêu tại `corrects`",
            schema=RetractedOfAgency if OWNER_FIELD[aggregate] == "agency_id" else RetractedOfBody,
            example={"reason": "Nhập nhầm sang hồ sơ của đơn vị khác"},
            invalid={"no reason": {}},
            asserter="source",
        )
    )


for _aggregate in OWNER_FIELD:
    _declare_retraction(_aggregate)

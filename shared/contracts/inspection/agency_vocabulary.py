"""Words and fields of the registry of agencies: kinds, levels, obligations.

Kinds and levels are words of the wire only; which agency is what on which day is time-valid data.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventSchema
from shared.contracts.fields import Choice, Date, Text

KINDS = (
    "ministry",
    "ministerial_agency",
    "government_agency",
    "provincial_pc",
    "provincial_department",
    "sub_department",
    "district_pc",
    "district_division",
    "commune_pc",
    "vertical_local",
    "public_unit",
    "voluntary_other",
)

#: From the top down.
LEVELS = ("central", "province", "district", "commune")

OBLIGATIONS = ("mandatory", "encouraged", "voluntary", "exempt")

#: How an agency can end.
ENDINGS = ("merged", "split", "dissolved", "level_abolished")


class RegistryFact(EventSchema):
    """Base of the events of the registry."""

    occurred_on = Date(
        "The day of the fact, where only the day is known",
        "Ngày xảy ra, khi chỉ biết ngày",
        required=False,
    )


def agency_ref(en: str, vi: str, *, required: bool = False, nullable: bool = False) -> Text:
    """Return a field with the opaque id of an agency, assigned at registration and never reused."""
    return Text(
        en,
        vi,
        longest=128,
        pattern=r"^[^/ \t\r\n]+$",
        required=required,
        nullable=nullable,
    )


def effective() -> Date:
    """Return the field with the first day on which the change holds."""
    return Date("First day on which it holds", "Ngày bắt đầu có hiệu lực")


def legal_basis() -> Text:
    """Return the field with the decision behind a change of the registry."""
    return Text(
        "Decision or resolution it rests on",
        "Căn cứ pháp lý: quyết định, nghị quyết",
        longest=500,
        required=False,
    )


def name_vi() -> Text:
    """Return the field with the official name."""
    return Text("Official name in Vietnamese", "Tên chính thức", longest=300)


def name_en() -> Text:
    """Return the field with the name in English."""
    return Text("Name in English", "Tên tiếng Anh", longest=300, required=False)


def obligation() -> Choice:
    """Return the field with the duty to run a quality management system."""
    return Choice(
        "Duty to apply ISO 9001: mandatory, encouraged, voluntary, exempt",
        "Nghĩa vụ áp dụng ISO 9001: bắt buộc, khuyến khích, tự nguyện, miễn",
        OBLIGATIONS,
        source="Quyết định 19/2014/QĐ-TTg",
    )

"""Words and fields that several aggregates of the audit service share.

Owns the finding classes, the form of clauses and role references, and the base of all its events;
no event type of its own.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventSchema
from shared.contracts.fields import Choice, Date, Reference, Text

#: ISO 19011:2018 6.4.8 leaves the grading to the organisation; `major_nc` as ISO/IEC 17021-1 defines it.
FINDING_CLASSES = ("major_nc", "minor_nc", "observation", "opportunity", "conformity", "good_practice")

#: The classes for which cause analysis and corrective action are obligatory (ISO 9001:2015 10.2).
NC_CLASSES = ("major_nc", "minor_nc")

#: What a nonconformity record may be graded as; the other classes need no follow-up.
RECORD_CLASSES = ("major_nc", "minor_nc", "observation", "opportunity")

#: Letters, digits and separators only: a role or post number, so that no person's name gets in.
ROLE_REF_PATTERN = r"^[a-z0-9][a-z0-9:._/-]*$"

_CLAUSE_PATTERN = r"^[1-9][0-9]?(\.[0-9]{1,2}){0,4}$"


class AuditFact(EventSchema):
    """Base of all events of the service."""

    occurred_on = Date(
        "The day of the fact, where only the day is known",
        "Ngày xảy ra, khi chỉ biết ngày",
        required=False,
    )


def role_ref(en: str, vi: str, *, required: bool = True) -> Text:
    """Return a field with an opaque reference to a post or role, never a person's name."""
    return Text(en, vi, longest=100, pattern=ROLE_REF_PATTERN, required=required)


def finding_class(words: tuple[str, ...] = FINDING_CLASSES) -> Choice:
    """Return the field with the grade of a finding."""
    return Choice(
        "Grade: major or minor nonconformity, observation, opportunity for improvement, conformity, good practice",
        "Mức độ: không phù hợp nặng, không phù hợp nhẹ, lưu ý, cơ hội cải tiến, phù hợp, thực hành tốt",
        words,
        source="ISO 19011:2018 6.4.8",
    )


def clause() -> Text:
    """Return the field with the clause of the standard."""
    return Text(
        "Clause of the standard, such as 7.5.3",
        "Điều khoản của tiêu chuẩn, ví dụ 7.5.3",
        longest=15,
        pattern=_CLAUSE_PATTERN,
        required=False,
        source="TCVN ISO 9001",
    )


def criterion() -> Text:
    """Return the field with the criterion that is no clause: a law, the agency's own procedure."""
    return Text(
        "Criterion that is no clause of the standard: a legal rule, the agency's own procedure",
        "Chuẩn mực khác ngoài điều khoản tiêu chuẩn: quy định pháp luật, quy trình của cơ quan",
        longest=500,
        required=False,
        source="ISO 19011:2018 3.7",
    )


def standard_version() -> Text:
    """Return the field with the edition of the standard that the clause belongs to."""
    return Text(
        "Edition of the standard, such as TCVN ISO 9001:2015",
        "Phiên bản tiêu chuẩn, ví dụ TCVN ISO 9001:2015",
        longest=40,
        required=False,
    )


def procedure_id() -> Reference:
    """Return the field that names the procedure concerned; owned by `documents`, never checked here."""
    return Reference("Procedure concerned", "Quy trình liên quan", required=False)


def statement() -> Text:
    """Return the field that says what was found."""
    return Text("What was found", "Nội dung phát hiện", longest=4000)


def reason() -> Text:
    """Return the field with the reason of a decision."""
    return Text("Reason", "Lý do", longest=2000)


def state_since() -> Date:
    """Return the field of a baseline that says since when the state has held."""
    return Date("Since when it has been in this state", "Ở trạng thái này từ ngày")

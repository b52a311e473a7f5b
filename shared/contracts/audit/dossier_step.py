"""Event types of the step confirmation (phiếu kiểm soát quá trình giải quyết hồ sơ): a click per step, e-ISO.

Optional fine grain: only a digest of the dossier is taken, never the dossier or its applicant. The subject is the key,
`{dossier_hash}:{step_no}`.
"""

from __future__ import annotations

from shared.contracts.audit.vocabulary import AuditFact, role_ref
from shared.contracts.catalogue import EventType, declare
from shared.contracts.fields import Integer, Reference, Sha256, Timestamp


class _Confirmation(AuditFact):
    """What both confirmations say."""

    procedure_id = Reference("Procedure that the dossier follows", "Quy trình giải quyết hồ sơ")
    step_no = Integer("Number of the step", "Số thứ tự bước", low=1, high=1000)
    dossier_hash = Sha256(
        "SHA-256 of the dossier's number with a secret of the agency, so that it cannot be guessed",
        "SHA-256 của số hồ sơ kèm khóa bí mật của cơ quan, để không thể suy ra hồ sơ",
    )


class Received(_Confirmation):
    """A dossier reached a step; again where it was sent back to it."""

    at = Timestamp("When it was received", "Thời điểm nhận")
    role = role_ref("Post that carries the step out", "Vị trí thực hiện bước", required=False)


class Completed(_Confirmation):
    """The step was completed."""

    at = Timestamp("When it was completed", "Thời điểm hoàn thành")


_HASH = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
_STEP = {"procedure_id": "QT-07", "step_no": 2, "dossier_hash": _HASH, "at": "2026-03-02T09:15:00+07:00"}
_SUBJECT = f"{_HASH}:2"

declare(
    EventType(
        name="qms.dossier_step.received",
        owner="audit",
        en="A dossier reached a step of its procedure",
        vi="Hồ sơ được chuyển đến bước xử lý",
        schema=Received,
        example={**_STEP, "role": "cong-chuc-mot-cua"},
        example_subject=_SUBJECT,
        invalid={
            "number of the dossier instead of a digest": {**_STEP, "dossier_hash": "H38-260302-0007"},
            "step zero": {**_STEP, "step_no": 0},
            "time without an offset": {**_STEP, "at": "2026-03-02T09:15:00"},
        },
    )
)
declare(
    EventType(
        name="qms.dossier_step.completed",
        owner="audit",
        en="A step of a dossier was completed",
        vi="Hoàn thành bước xử lý hồ sơ",
        schema=Completed,
        example={**_STEP, "at": "2026-03-03T16:40:00+07:00"},
        example_subject=_SUBJECT,
        invalid={"no time": {name: value for name, value in _STEP.items() if name != "at"}},
    )
)

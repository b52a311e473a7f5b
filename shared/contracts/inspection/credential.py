"""Event types of the credentials that agencies push with; made by the system, never taken from outside.

Only the digest of a key travels: whoever reads the log cannot push with it.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventType, declare
from shared.contracts.fields import Sha256, Text
from shared.contracts.inspection.agency_vocabulary import RegistryFact

_KEY_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"


def _key_id() -> Text:
    return Text("Public id of the key; same as the subject", "Mã khóa; trùng với subject", longest=64, pattern=_KEY_ID)


class Issued(RegistryFact):
    """An agency was given a key."""

    key_id = _key_id()
    key_hash = Sha256("SHA-256 digest of the secret", "Mã băm SHA-256 của khóa bí mật", source="FIPS 180-4")
    label = Text("What the key is for", "Mục đích sử dụng", longest=200, required=False)


class Revoked(RegistryFact):
    """The key is no longer valid."""

    key_id = _key_id()
    reason = Text("Reason", "Lý do", longest=500)


class AmqpUserBound(RegistryFact):
    """Messages of a broker user count as pushed with this key."""

    user = Text("User name on the broker", "Tên người dùng trên máy chủ thông điệp", longest=64, pattern=_KEY_ID)


declare(
    EventType(
        name="qms.credential.issued",
        owner="inspection",
        en="A key was issued to the agency",
        vi="Cấp khóa kết nối cho cơ quan",
        schema=Issued,
        example={
            "key_id": "k-7f3a2c",
            "key_hash": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
            "label": "Phần mềm một cửa điện tử",
        },
        invalid={
            "the secret itself": {"key_id": "k-7f3a2c", "key_hash": "bi-mat"},
            "no digest": {"key_id": "k-7f3a2c"},
        },
        asserter="system",
    )
)
declare(
    EventType(
        name="qms.credential.revoked",
        owner="inspection",
        en="The key was revoked",
        vi="Thu hồi khóa kết nối",
        schema=Revoked,
        example={"key_id": "k-7f3a2c", "reason": "Thay phần mềm một cửa điện tử"},
        invalid={"no reason": {"key_id": "k-7f3a2c"}},
        asserter="system",
    )
)
declare(
    EventType(
        name="qms.credential.amqp_user_bound",
        owner="inspection",
        en="A broker user was bound to the key",
        vi="Gắn người dùng máy chủ thông điệp với khóa kết nối",
        schema=AmqpUserBound,
        example={"user": "ubnd-xa-thanh-son"},
        invalid={"name with a blank": {"user": "xa thanh son"}},
        asserter="system",
    )
)

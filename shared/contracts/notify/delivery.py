"""Event types of the delivery (gửi cảnh báo): one alert event to one recipient over one channel.

Recipients are roles or numbered webhooks; addresses stay in the registry and the settings.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventSchema, EventType, declare
from shared.contracts.fields import Choice, Integer, Text, Timestamp
from shared.contracts.notify.vocabulary import CHANNELS


class _Delivery(EventSchema):
    """What every delivery event says: what goes where, and the how manieth try it is."""

    alert_id = Text("The alert", "Mã cảnh báo", longest=128)
    channel = Choice("Channel", "Kênh gửi", CHANNELS)
    recipient = Text(
        "Role and agency, or number of the webhook",
        "Vai trò và cơ quan nhận, hoặc số thứ tự webhook",
        longest=200,
        pattern=r"^[a-z_]+:[^ ]*$",
    )
    n = Integer("Number of the try, from 1; 0 where none was made", "Lần gửi thứ mấy; 0 nếu chưa gửi", high=1000)


class Attempted(_Delivery):
    """A try begins."""


class Succeeded(_Delivery):
    """The receiver took it."""


class Failed(_Delivery):
    """The try failed; another one follows."""

    error = Text("What went wrong", "Lỗi", longest=500)
    next_at = Timestamp("When the next try is due", "Thời điểm gửi lại")


class Dead(_Delivery):
    """It will not be tried again: given up, refused for good, or there is nowhere to send it."""

    error = Text("Why", "Lý do", longest=500)


_EXAMPLE = {
    "alert_id": "A2-3f1c0b9a7d5e4c21",
    "channel": "email",
    "recipient": "owner:so-khcn-phu-tho",
    "n": 1,
}

ATTEMPTED = declare(
    EventType(
        name="qms.delivery.attempted",
        owner="notify",
        en="A try to deliver begins",
        vi="Bắt đầu gửi cảnh báo",
        schema=Attempted,
        example=_EXAMPLE,
        invalid={"channel_unknown": {**_EXAMPLE, "channel": "pigeon"}},
        asserter="system",
    )
)

SUCCEEDED = declare(
    EventType(
        name="qms.delivery.succeeded",
        owner="notify",
        en="The alert was delivered",
        vi="Gửi cảnh báo thành công",
        schema=Succeeded,
        example=_EXAMPLE,
        invalid={"try_missing": {key: value for key, value in _EXAMPLE.items() if key != "n"}},
        asserter="system",
    )
)

FAILED = declare(
    EventType(
        name="qms.delivery.failed",
        owner="notify",
        en="A try failed, another one follows",
        vi="Gửi cảnh báo không thành công, sẽ gửi lại",
        schema=Failed,
        example={**_EXAMPLE, "error": "connection refused", "next_at": "2026-03-02T08:05:00.000000Z"},
        invalid={"error_missing": {**_EXAMPLE, "next_at": "2026-03-02T08:05:00Z"}},
        asserter="system",
    )
)

DEAD = declare(
    EventType(
        name="qms.delivery.dead",
        owner="notify",
        en="The delivery is given up",
        vi="Ngừng gửi cảnh báo",
        schema=Dead,
        example={**_EXAMPLE, "n": 0, "error": "not configured"},
        invalid={"a_person_as_recipient": {**_EXAMPLE, "recipient": "Giám đốc Sở", "error": "gone"}},
        asserter="system",
    )
)

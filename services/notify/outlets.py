"""What there is to send with, and how a message becomes a try over one of the channels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.notify.channels.apprise import AppriseChannel
from services.notify.channels.email import EmailChannel
from services.notify.channels.outcome import Outcome
from services.notify.channels.sms import SmsChannel
from services.notify.channels.webhook import Webhook, WebhookChannel
from services.notify.channels.zalo import ZaloChannel
from services.notify.messages import Message, mail_of
from services.notify.recipients import Recipients

#: One try, ready to be made.
Try = Callable[[], Outcome]


@dataclass(frozen=True, slots=True)
class Outlets:
    """The channels that are configured; None: not."""

    email: EmailChannel | None
    webhook: WebhookChannel
    webhooks: Sequence[Webhook]
    recipients: Recipients
    #: Address of the front door, for links.
    base_url: str
    sms: SmsChannel | None = None
    zalo: ZaloChannel | None = None
    apprise: AppriseChannel | None = None

    def missing(self, channel: str) -> bool:
        """Return whether a channel for people is not configured."""
        return {"email": self.email, "sms": self.sms, "zalo": self.zalo, "apprise": self.apprise}.get(channel) is None

    def prepare(self, row: Mapping[str, Any], message: Message) -> Try | str:
        """Return the try of a message over the row's channel, or why there is nothing to try."""
        if row["channel"] == "apprise":
            return self._apprise(message)
        return self._mail(row, message) if row["channel"] == "email" else self._telephone(row, message)

    def _mail(self, row: Mapping[str, Any], message: Message) -> Try | str:
        channel, address = self.email, self.recipients.address(row["recipient"])
        if channel is None or address is None:
            return "no address"
        mail = mail_of(row, message, to=address, sender=channel.sender)
        return lambda: channel.send(mail)

    def _telephone(self, row: Mapping[str, Any], message: Message) -> Try | str:
        number = self.recipients.telephone(row["recipient"])
        if number is None:
            return "no telephone number"
        sms, zalo = self.sms, self.zalo
        if row["channel"] == "sms" and sms is not None:
            return lambda: sms.send(number, f"{message.short} {message.link}", row["delivery_id"])
        if zalo is None:
            return "not configured"
        values = {"rule": row["body"]["alert"]["rule"], "agency": self.recipients.name(row["agency_id"])[0]}
        values |= {"content": message.short, "link": message.link}
        return lambda: zalo.send(number, values, row["delivery_id"])

    def _apprise(self, message: Message) -> Try | str:
        channel = self.apprise
        return "not configured" if channel is None else lambda: channel.send(message.subject, message.text)

"""What the notify service reads from `OVERSIGHT_NOTIFY_…` beyond the settings that all services have."""

from __future__ import annotations

from dataclasses import dataclass, field

import orjson

from services.notify.channels.apprise import AppriseChannel
from services.notify.channels.signing import parse_secret
from services.notify.channels.sms import SmsChannel
from services.notify.channels.webhook import Webhook
from services.notify.channels.zalo import ZaloChannel
from shared.service.settings import Settings
from shared.vietnam.calendar import WorkingCalendar, parse_days

_PREFIX = "OVERSIGHT_NOTIFY_"
_SENDER = "canh-bao@localhost"


class ConfigurationError(ValueError):
    """A setting of the notify service is not usable; the message names it."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Settings of alerts and their delivery."""

    #: Addresses of those who run the system (`OVERSIGHT_NOTIFY_OPERATOR_EMAIL`, separated by commas).
    operators: tuple[str, ...] = ()
    #: `OVERSIGHT_NOTIFY_WEBHOOKS`: JSON list of `{"url", "secret"}`.
    webhooks: tuple[Webhook, ...] = ()
    #: `OVERSIGHT_NOTIFY_ALLOW_PRIVATE_WEBHOOKS`: 1 lets webhooks into loopback and private networks.
    allow_private: bool = False
    #: `OVERSIGHT_NOTIFY_SENDER`: address in From.
    sender: str = _SENDER
    #: `OVERSIGHT_NOTIFY_PUBLIC_URL`: address of the front door in links; default: the peer's.
    public_url: str = ""
    #: `OVERSIGHT_NOTIFY_SETTLE_SECONDS`: how long to wait after a late fact for what follows it.
    settle: int = 10_000_000
    #: `OVERSIGHT_NOTIFY_DAYS_OFF`, `OVERSIGHT_NOTIFY_WORKING_DAYS`: days that the calendar of holidays has wrong,
    #: as dates or ranges `2026-02-14..2026-02-22` with commas between.
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)
    #: `OVERSIGHT_NOTIFY_OPERATOR_TELEPHONE`: telephone numbers of those who run the system, separated by commas.
    telephones: tuple[str, ...] = ()
    #: `OVERSIGHT_NOTIFY_ROUTES`: path of a route file; default: the one that the service ships with.
    routes: str = ""
    #: `OVERSIGHT_NOTIFY_ROSTER`: path of the duty roster, an iCalendar file.
    roster: str = ""
    #: `OVERSIGHT_NOTIFY_SMS`: JSON `{"api_key", "secret_key", "brandname", "url"}` of the SMS gateway.
    sms: SmsChannel | None = None
    #: `OVERSIGHT_NOTIFY_ZALO`: JSON `{"token_file", "template_id", "url"}` of the Zalo official account.
    zalo: ZaloChannel | None = None
    #: `OVERSIGHT_NOTIFY_APPRISE`: further addresses as Apprise writes them, separated by blanks.
    apprise: AppriseChannel | None = None


def read_configuration(settings: Settings) -> Configuration:
    """Return the configuration.

    Raises:
        ConfigurationError: a value that cannot be used.
    """

    def text(name: str, default: str = "") -> str:
        return settings.extra.get(_PREFIX + name) or default

    try:
        return Configuration(
            operators=tuple(part.strip() for part in text("OPERATOR_EMAIL").split(",") if part.strip()),
            webhooks=_webhooks(text("WEBHOOKS", "[]")),
            allow_private=text("ALLOW_PRIVATE_WEBHOOKS") == "1",
            sender=text("SENDER", _SENDER),
            public_url=text("PUBLIC_URL", settings.peers.get("inspection", "http://127.0.0.1:8000")).rstrip("/"),
            settle=int(float(text("SETTLE_SECONDS", "10")) * 1_000_000),
            calendar=WorkingCalendar(
                days_off=parse_days(text("DAYS_OFF")), working_days=parse_days(text("WORKING_DAYS"))
            ),
            telephones=tuple(part.strip() for part in text("OPERATOR_TELEPHONE").split(",") if part.strip()),
            routes=text("ROUTES"),
            roster=text("ROSTER"),
            sms=SmsChannel(**orjson.loads(text("SMS"))) if text("SMS") else None,
            zalo=ZaloChannel(**orjson.loads(text("ZALO"))) if text("ZALO") else None,
            apprise=AppriseChannel(text("APPRISE").split()) if text("APPRISE") else None,
        )
    except (ValueError, TypeError, KeyError) as error:
        raise ConfigurationError(f"a setting {_PREFIX}… is not usable: {error}") from error


def _webhooks(text: str) -> tuple[Webhook, ...]:
    webhooks = tuple(Webhook(entry["url"], entry["secret"]) for entry in orjson.loads(text))
    for webhook in webhooks:
        parse_secret(webhook.secret)
    return webhooks

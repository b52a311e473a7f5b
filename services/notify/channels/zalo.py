"""Sends one Zalo notification (ZNS) by telephone number, once.

Protocol: Zalo Notification Service, https://developers.zalo.me (POST message/template of business.openapi.zalo.me with
the official account's `access_token`). Zalo sends registered templates only; ours has the parameters `rule`, `agency`,
`content`, `link`. The token lasts about a day: it is read from a file that whoever renews it writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from services.notify.channels.caller import TIMEOUT, post
from services.notify.channels.gateway import Codes
from services.notify.channels.outcome import Outcome
from services.notify.channels.phone import international

URL = "https://business.openapi.zalo.me/message/template"
#: Longest value of a template's parameter.
LONGEST = 100
#: What passes: Zalo's own trouble, balance used up, token out of date, hours of the night, quotas of a day
#: (https://zalo.cloud/zns/guidelines/handle-error-code).
CODES = Codes("Zalo", "error", taken=("0",), passing=("-100", "-115", "-124", "-133", "-144", "-147"))


@dataclass(frozen=True, slots=True)
class ZaloChannel:
    """An official account's right to send one template."""

    #: File that holds the access token and nothing else.
    token_file: str
    template_id: str
    url: str = URL
    allow_private: bool = False
    timeout: float = TIMEOUT

    def send(self, telephone: str, values: Mapping[str, str], tracking_id: str) -> Outcome:
        """Hand one message to Zalo."""
        number = international(telephone)
        if number is None:
            return Outcome("never", "not a telephone number of Viet Nam")
        try:
            token = Path(self.token_file).read_text("ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            return Outcome("again", f"the access token cannot be read: {type(error).__name__}")
        body = {
            "phone": number,
            "template_id": self.template_id,
            "template_data": {name: value[:LONGEST] for name, value in values.items()},
            "tracking_id": tracking_id,
        }
        headers = {"Content-Type": "application/json", "access_token": token}
        answer = post(self.url, orjson.dumps(body), headers, allow_private=self.allow_private, timeout=self.timeout)
        return CODES.judge(answer)

"""Sends one short message through the HTTP API of an SMS gateway, once.

The protocol is that of eSMS (https://developers.esms.vn, SendMultipleMessage_V4_post_json): JSON, the gateway's own key
and secret, a registered brand name. `RequestId` makes a repeated try recognisable. Text goes without diacritics: with
them a message holds 70 characters instead of 160, and brand names need each template approved.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import orjson

from services.notify.channels.caller import TIMEOUT, post
from services.notify.channels.gateway import Codes
from services.notify.channels.outcome import Outcome
from services.notify.channels.phone import international

URL = "https://rest.esms.vn/MainService.svc/json/SendMultipleMessage_V4_post_json/"
#: Three parts of a message in the 7-bit alphabet.
LONGEST = 459
#: Taken, or a request that it knows already (124). What passes once an operator has seen to the account: key, price list,
#: balance, list of addresses allowed to send (https://developers.esms.vn/en/esms-api/table-of-error-codes).
CODES = Codes("the gateway", "CodeResult", taken=("100", "124"), passing=("101", "102", "103", "140"))
#: Customer care, by brand name.
_KIND = "2"


@dataclass(frozen=True, slots=True)
class SmsChannel:
    """An account at the gateway."""

    api_key: str
    secret_key: str
    brandname: str
    url: str = URL
    allow_private: bool = False
    timeout: float = TIMEOUT

    def send(self, telephone: str, text: str, request_id: str) -> Outcome:
        """Hand one message to the gateway."""
        number = international(telephone)
        if number is None:
            return Outcome("never", "not a telephone number of Viet Nam")
        body = {
            "ApiKey": self.api_key,
            "SecretKey": self.secret_key,
            "Brandname": self.brandname,
            "Phone": number,
            "Content": plain(text)[:LONGEST],
            "SmsType": _KIND,
            "IsUnicode": "0",
            "RequestId": request_id,
        }
        headers = {"Content-Type": "application/json"}
        answer = post(self.url, orjson.dumps(body), headers, allow_private=self.allow_private, timeout=self.timeout)
        return CODES.judge(answer)


def plain(text: str) -> str:
    """Return Vietnamese without diacritics, in ASCII."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D").replace("–", "-"))
    return bare.encode("ascii", "ignore").decode()

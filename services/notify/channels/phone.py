"""Telephone numbers as the channels want them: 84 and the number without its leading zero (ITU-T E.164, Viet Nam)."""

from __future__ import annotations

import re


def international(number: str) -> str | None:
    """Return the digits with the country's code, None for what is no number of Viet Nam."""
    digits = re.sub(r"[\s().-]", "", number).removeprefix("+")
    if re.fullmatch(r"0\d{9,10}", digits):
        digits = "84" + digits[1:]
    return digits if re.fullmatch(r"84\d{9,10}", digits) else None

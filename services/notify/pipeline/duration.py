"""Durations as operators write them: `30s`, `5m`, `4h`, `7d`, also together: `1h30m`."""

from __future__ import annotations

import re

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_FORM = re.compile(r"(?:\d+[smhdw])+")


def parse_duration(text: str) -> int:
    """Return microseconds.

    Raises:
        ValueError: another form.
    """
    if not _FORM.fullmatch(text):
        raise ValueError(f"{text!r} is no duration such as 30s, 5m, 4h, 7d")
    return sum(int(number) * _SECONDS[unit] for number, unit in re.findall(r"(\d+)([smhdw])", text)) * 1_000_000

"""The days on which offices work although it is a weekend, or do not although it is none, kept as a list.

They come from the `holidays` package, whose import takes sixteen megabytes of every process (it reads every country there is);
so the list for the years that matter is made once (`python -m shared.vietnam.working_days`), and only a day outside of them
is asked of the package. A test holds the list against the package.
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "working_days.json"
#: Years that the list is made for.
FIRST, LAST = 2010, 2040
#: First day of the weekend (Monday is 0).
_SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Return whether offices work on a day: by the list, outside its years by the package."""
    if FIRST <= day.year <= LAST:
        return (day.weekday() < _SATURDAY) is not (day in _exceptions())
    return bool(_package().is_working_day(day))


@cache
def _exceptions() -> frozenset[date]:
    return frozenset(map(date.fromisoformat, json.loads(_FILE.read_text(encoding="utf-8"))["exceptions"]))


@cache
def _package() -> Any:
    import holidays

    return holidays.country_holidays("VN")


def listed() -> dict[str, Any]:
    """Return the list as the package has it now."""
    import holidays

    first, last = date(FIRST, 1, 1).toordinal(), date(LAST, 12, 31).toordinal()
    # All years first: what is worked instead is told of in the year of the day off.
    days = holidays.country_holidays("VN", years=range(FIRST - 1, LAST + 2))
    every = map(date.fromordinal, range(first, last + 1))
    other = [day.isoformat() for day in every if (day.weekday() < _SATURDAY) is not bool(days.is_working_day(day))]
    return {"source": f"holidays {version('holidays')} (MIT), country_holidays(VN)", "exceptions": other}


if __name__ == "__main__":
    _FILE.write_text(json.dumps(listed(), indent=1) + "\n", encoding="utf-8")

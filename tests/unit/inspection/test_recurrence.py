"""I14 against its definition, read out of every pair of nonconformities."""

from __future__ import annotations

from random import Random
from types import SimpleNamespace

from services.inspection.indicators.days import iso
from services.inspection.indicators.improvement import RECURS_WITHIN, recurrence
from services.inspection.indicators.nonconformities import NC_ENDED, NC_RAISED
from services.inspection.indicators.sums import Question, Sums
from services.inspection.indicators.timeline import months_later
from shared import clock

DAY = clock.day_of("2026-06-30")


def _told(chance: Random, count: int, days: int) -> dict[str, tuple[int, int, int, int]]:
    """Return nonconformities by day, clause, procedure and causes."""
    return {
        f"{iso(DAY - chance.randrange(days))}|{chance.choice(('9.2', '8.4', ''))}|{chance.choice(('qt-1', 'qt-2', ''))}"
        f"|{chance.choice(('', 'method', 'people', 'method,people'))}": (chance.randint(1, 3), 0, 0, 0)
        for _ in range(count)
    }


def _recurs(raised: str, ended: str) -> bool:
    on, clause, procedure, causes = raised.split("|")
    closed_on, other, carried_out, others = ended.split("|")
    earliest = months_later(clock.day_of(on), -RECURS_WITHIN)
    common = {*causes.split(",")} & {*others.split(",")} - {""}
    same = clause == other != "" and (procedure == carried_out != "" or bool(common))
    return same and earliest <= clock.day_of(closed_on) < clock.day_of(on)


def test_a_nonconformity_recurs_when_any_closed_one_before_it_was_its_like_and_not_only_the_last() -> None:
    chance = Random(14)
    by_last = 0
    for _ in range(400):
        raised, ended = _told(chance, chance.randint(1, 6), 365), _told(chance, chance.randint(0, 9), 3 * 365)
        sums = Sums(parts={NC_RAISED: {"xa-1": raised}, NC_ENDED: {"xa-1": ended}})
        figure = recurrence(Question([SimpleNamespace(agency_id="xa-1")], sums, SimpleNamespace(), DAY))
        again = sum(raised[one][0] for one in raised if any(_recurs(one, other) for other in ended))
        assert (figure.numerator, figure.denominator) == (again, sum(amounts[0] for amounts in raised.values()))
        lasts = {one: max((other for other in ended if other[:10] < one[:10]), default="") for one in raised}
        by_last += again != sum(raised[one][0] for one in raised if lasts[one] and _recurs(one, lasts[one]))
    # Otherwise the last one alone would do.
    assert by_last > 100

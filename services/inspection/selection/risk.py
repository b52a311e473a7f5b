"""The risk of an agency, 0 to 100: ten parts, each from 0 to 1 and explained. Pure.

The arithmetic is IEEE 754 addition, multiplication, division and square root, which are exact to the last bit on every
machine; sums over many numbers use `math.fsum`, whose result does not depend on their order. Parts are rounded to six
decimals before they are weighted, the score to two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from typing import NamedTuple

from services.inspection.selection.inputs import RiskInputs
from shared import clock
from shared.contracts.inspection.selection import PARTS

#: Name of the weights and formulas below; another number with every change of meaning.
MODEL_VERSION = "risk-1"

WEIGHTS: Mapping[str, int] = dict(zip(PARTS, (20, 15, 10, 10, 10, 10, 8, 7, 5, 5), strict=True))

#: A share of stale procedures from which on it cannot get worse.
_STALE_AT_WORST = 0.3
#: Reliability of an agency of which no claim was ever verified.
_PRIOR_RELIABILITY = 0.5
_YEARS_AT_WORST = 3
_YEAR = 365.25
_SILENCE_AT_WORST = 180
#: Deviations from the peers' mean at which it cannot get worse.
_DEVIATIONS_AT_WORST = 2
#: Inspections under Decision 19/2014/QĐ-TTg began on this day; before it nobody can have been passed over.
FIRST_DAY = clock.day_of("2014-05-18")


class Words(NamedTuple):
    """One text in both languages; events carry the Vietnamese one."""

    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score."""

    part: str
    value: float
    weight: int
    #: From which figures.
    explained: Words


@dataclass(frozen=True, slots=True)
class Score:
    """The risk of one agency."""

    agency_id: str
    score: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Peers:
    """Complaints per dossier among agencies of one kind and level."""

    mean: float
    deviation: float


def complaint_rate(one: RiskInputs) -> float | None:
    """Return complaints per resolved dossier; None where no dossier was resolved."""
    return one.complaints / one.dossiers_on_time.of if one.dossiers_on_time.of else None


def peers_of(candidates: Iterable[RiskInputs]) -> dict[tuple[str, str], Peers]:
    """Return the mean and the deviation of the complaint rate by kind and level."""
    rates: dict[tuple[str, str], list[float]] = {}
    for one in candidates:
        rate = complaint_rate(one)
        if rate is not None:
            rates.setdefault((one.kind, one.level), []).append(rate)
    return {key: _spread(found) for key, found in rates.items()}


def _spread(rates: Sequence[float]) -> Peers:
    mean = fsum(rates) / len(rates)
    return Peers(mean, sqrt(fsum((rate - mean) ** 2 for rate in rates) / len(rates)))


def years_since_on_site(one: RiskInputs, day: int) -> float:
    """Return the years since the last inspection on site, or since there could have been one."""
    since = one.last_on_site if one.last_on_site is not None else max(one.exists_since, FIRST_DAY)
    return max(0, day - since) / _YEAR


def _counted(part: float, of: float, vi: str, en: str) -> Words:
    return Words(f"{part}/{of} {vi}", f"{part}/{of} {en}")


def _stale(one: RiskInputs, _day: int, _peers: Peers | None) -> tuple[float, Words]:
    told = _counted(one.stale.part, one.stale.of, "quy trình lạc hậu", "procedures stale")
    return one.stale.rate / _STALE_AT_WORST, told


def _overdue(one: RiskInputs, _day: int, _peers: Peers | None) -> tuple[float, Words]:
    found = one.overdue_actions
    return found.rate, _counted(found.part, found.of, "hành động quá hạn", "actions overdue")


def _recurrence(one: RiskInputs, _day: int, _peers: Peers | None) -> tuple[float, Words]:
    found = one.recurrence
    return found.rate, _counted(found.part, found.of, "điểm không phù hợp tái diễn", "nonconformities recurring")


def _reliability(one: RiskInputs, _day: int, _peers: Peers | None) -> tuple[float, Words]:
    judged = one.reliability.of + one.inconsistent
    if not judged:
        return 1 - _PRIOR_RELIABILITY, Words("chưa xác minh thông tin tự báo cáo nào", "no claim was ever verified")
    told = _counted(one.reliability.part, judged, "thông tin được xác minh là đúng", "claims verified as true")
    if one.inconsistent:
        told = Words(
            f"{told.vi}, {one.inconsistent} thông tin mâu thuẫn với dữ liệu khác",
            f"{told.en}, {one.inconsistent} contradicted by other data",
        )
    return 1 - one.reliability.part / judged, told


def _on_site(one: RiskInputs, day: int, _peers: Peers | None) -> tuple[float, Words]:
    years = years_since_on_site(one, day)
    if one.last_on_site is not None:
        told = Words("từ lần kiểm tra trực tiếp gần nhất", "since the last check on site")
    else:
        told = Words("chưa từng kiểm tra trực tiếp", "never checked on site")
    return years / _YEARS_AT_WORST, Words(f"{_decimal(years)} năm, {told.vi}", f"{years:.1f} years, {told.en}")


def _decimal(number: float) -> str:
    """Return a number with one decimal as Vietnamese write it."""
    return f"{number:.1f}".replace(".", ",")


def _late(one: RiskInputs, _day: int, _peers: Peers | None) -> tuple[float, Words]:
    found = one.dossiers_on_time
    late = found.of - found.part
    return (late / found.of if found.of else 0.0), _counted(late, found.of, "hồ sơ trễ hạn", "dossiers late")


def _silence(one: RiskInputs, day: int, _peers: Peers | None) -> tuple[float, Words]:
    days = max(0, day - (one.last_event if one.last_event is not None else one.exists_since))
    return days / _SILENCE_AT_WORST, Words(f"{days} ngày không gửi dữ liệu", f"{days} days without an event")


def _major(one: RiskInputs, _day: int, _peers: Peers | None) -> tuple[float, Words]:
    count = one.open_majors
    told = Words(f"{count} điểm không phù hợp nặng đang mở", f"{count} major nonconformities open")
    return float(count > 0), told


def _reorganised(one: RiskInputs, _day: int, _peers: Peers | None) -> tuple[float, Words]:
    if one.reorganised:
        return 1.0, Words("mới sắp xếp tổ chức trong 12 tháng", "reorganised within 12 months")
    return 0.0, Words("không sắp xếp tổ chức trong 12 tháng", "not reorganised within 12 months")


def _complaints(one: RiskInputs, _day: int, peers: Peers | None) -> tuple[float, Words]:
    rate, dossiers = complaint_rate(one), one.dossiers_on_time.of
    told = Words(
        f"{one.complaints} phản ánh, khiếu nại trên {dossiers} hồ sơ",
        f"{one.complaints} complaints on {dossiers} dossiers",
    )
    if rate is None or peers is None or peers.deviation == 0:
        return 0.0, told
    return (rate - peers.mean) / peers.deviation / _DEVIATIONS_AT_WORST, told


_FORMULAS: Mapping[str, Callable[[RiskInputs, int, Peers | None], tuple[float, Words]]] = dict(
    zip(
        PARTS,
        (
            *(_stale, _overdue, _recurrence, _reliability, _on_site),
            *(_late, _silence, _major, _reorganised, _complaints),
        ),
        strict=True,
    )
)


def score(one: RiskInputs, day: int, peers: Peers | None) -> Score:
    """Return the risk of an agency on a day, held against its peers."""
    parts = tuple(_part(name, one, day, peers) for name in PARTS)
    return Score(one.agency_id, round(fsum(part.value * part.weight for part in parts), 2), parts)


def _part(name: str, one: RiskInputs, day: int, peers: Peers | None) -> Part:
    value, explained = _FORMULAS[name](one, day, peers)
    return Part(name, round(min(1.0, max(0.0, value)), 6), WEIGHTS[name], explained)


def scores(candidates: Sequence[RiskInputs], day: int) -> dict[str, Score]:
    """Return the risks of agencies by id."""
    peers = peers_of(candidates)
    return {one.agency_id: score(one, day, peers.get((one.kind, one.level))) for one in candidates}

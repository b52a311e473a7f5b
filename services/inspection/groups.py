"""Which agencies a question is about, and how they are put together into rows.

Owns filters, grouping and the labels of groups; figures are computed elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from services.inspection import geography
from services.inspection.agencies import Member, Snapshot
from services.inspection.territory import Territory, shipped
from shared.turns import in_turns

By = Literal["none", "province", "level", "kind", "agency"]
BYS: tuple[By, ...] = ("none", "province", "level", "kind", "agency")
GEOGRAPHIES = ("at_date", "today")

LEVELS: Mapping[str, tuple[str, str]] = {
    "central": ("Trung ương", "Central"),
    "province": ("Cấp tỉnh", "Province"),
    "district": ("Cấp huyện", "District"),
    "commune": ("Cấp xã", "Commune"),
}
KINDS: Mapping[str, tuple[str, str]] = {
    "ministry": ("Bộ", "Ministry"),
    "ministerial_agency": ("Cơ quan ngang bộ", "Ministerial agency"),
    "government_agency": ("Cơ quan thuộc Chính phủ", "Government agency"),
    "provincial_pc": ("Ủy ban nhân dân cấp tỉnh", "Provincial People's Committee"),
    "provincial_department": ("Sở, cơ quan ngang sở", "Provincial department"),
    "sub_department": ("Chi cục", "Sub-department"),
    "district_pc": ("Ủy ban nhân dân cấp huyện", "District People's Committee"),
    "district_division": ("Phòng chuyên môn cấp huyện", "District division"),
    "commune_pc": ("Ủy ban nhân dân cấp xã", "Commune People's Committee"),
    "vertical_local": ("Cơ quan ngành dọc tại địa phương", "Local unit of a vertical agency"),
    "public_unit": ("Đơn vị sự nghiệp công lập", "Public service unit"),
    "voluntary_other": ("Tổ chức tự nguyện áp dụng khác", "Other voluntary applicant"),
}
OBLIGATIONS: Mapping[str, tuple[str, str]] = {
    "mandatory": ("Bắt buộc", "Mandatory"),
    "encouraged": ("Khuyến khích", "Encouraged"),
    "voluntary": ("Tự nguyện", "Voluntary"),
    "exempt": ("Miễn áp dụng", "Exempt"),
}
CENTRAL = ("Cơ quan trung ương", "Central agencies")
UNKNOWN = ("Chưa rõ địa bàn", "Territory unknown")
ALL = ("Cả nước", "Whole country")


@dataclass(frozen=True, slots=True)
class Filters:
    """Which agencies count."""

    scope: str | None = None
    level: str | None = None
    kind: str | None = None
    obligation: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Agencies that make one row."""

    key: str
    label_vi: str
    label_en: str
    members: list[Member]


def selected(snapshot: Snapshot, filters: Filters) -> list[Member]:
    """Return the live agencies that count, in no particular order."""
    chosen: Iterable[Member] = snapshot.members.values()
    if filters.scope is not None:
        chosen = (snapshot.members[name] for name in snapshot.within(filters.scope) if name in snapshot.members)
    if (filters.level, filters.kind, filters.obligation) == (None, None, None):
        return list(chosen)
    return [
        member
        for member in chosen
        if filters.level in (None, member.level)
        and filters.kind in (None, member.kind)
        and filters.obligation in (None, member.obligation)
    ]


def grouped(
    members: list[Member],
    by: By,
    *,
    day: int,
    restate: bool = False,
    scope: Member | None = None,
    territory: Territory | None = None,
) -> list[Group]:
    """Return the rows, ordered by key with the central agencies first; `none` always gives one.

    Args:
        members: The agencies that count.
        by: What makes a row.
        day: Day of the names and of the geography.
        restate: Whether provinces are those of today's geography.
        scope: Agency that the question is limited to; names the row of `none`.
        territory: The administrative units as known then; names the provinces.
    """
    if by == "none":
        label = (scope.record.name_on(day), scope.record.name_on(day, "en")) if scope else ALL
        return [Group(scope.agency_id if scope else "all", *label, members)]
    key_of = _keys(restate=restate)[by]
    groups: dict[str, list[Member]] = {}
    for member in in_turns(members):
        groups.setdefault(key_of(member), []).append(member)
    geography_on = max(day, geography.REFORM) if restate else day
    return [
        Group(key, *_label(by, key, geography_on, groups[key][0], territory), groups[key])
        for key in in_turns(sorted(groups, key=lambda key: (key != geography.CENTRAL, key == geography.UNKNOWN, key)))
    ]


def group_of(
    members: list[Member], by: By, key: str, *, day: int, restate: bool = False, territory: Territory | None = None
) -> Group | None:
    """Return the row of a key alone, as `grouped` has it; None where no agency is in it."""
    key_of = _keys(restate=restate)[by]
    found = [member for member in members if key_of(member) == key]
    geography_on = max(day, geography.REFORM) if restate else day
    return Group(key, *_label(by, key, geography_on, found[0], territory), found) if found else None


def _keys(*, restate: bool) -> dict[By, Callable[[Member], str]]:
    return {
        "province": (lambda member: member.province_today) if restate else (lambda member: member.province),
        "level": lambda member: member.level,
        "kind": lambda member: member.kind,
        "agency": lambda member: member.agency_id,
    }


def _label(by: By, key: str, day: int, member: Member, territory: Territory | None) -> tuple[str, str]:
    if by == "level":
        return LEVELS.get(key, (key, key))
    if by == "kind":
        return KINDS.get(key, (key, key))
    if by == "agency":
        return member.record.name_on(day), member.record.name_on(day, "en")
    return province_label(key, day, territory)


def province_label(key: str, day: int, territory: Territory | None = None) -> tuple[str, str]:
    """Return the name of a province of a day's geography, or what stands for agencies in none."""
    if key == geography.CENTRAL:
        return CENTRAL
    if key == geography.UNKNOWN:
        return UNKNOWN
    name = (territory or shipped()).name(key, day)
    return name, name

"""A provincial sub-department of Livestock and Veterinary in 2022: 29 procedures, all of them electronic.

Source: an article of 2022. It is placed in no province here, since what is told does not depend on it; it stands under
its ministry's line.
"""

from __future__ import annotations

from collections.abc import Iterator

from shared import clock
from shared.simulation.agencies import Agency
from shared.simulation.events import iso, slug
from shared.simulation.history.central import REORGANISED
from shared.simulation.history.records import DECLARATION, OldAgency, Past, past

AGENCY_ID = "chi-cuc-chan-nuoi-va-thu-y-2022"
PROCEDURES = 29
_MINISTRY = slug("Bộ Nông nghiệp và Phát triển nông thôn")
_SINCE = clock.day_of("2016-01-01")
#: Electronic since 2021.
_IN_FORCE = clock.day_of("2021-06-01")


def agencies() -> list[OldAgency]:
    """Return the sub-department."""
    agency = Agency(
        AGENCY_ID,
        "Chi cục Chăn nuôi và Thú y (điển hình ISO điện tử 2022)",
        "Sub-department of Livestock and Veterinary (e-ISO, 2022)",
        "sub_department",
        "province",
        sector_parent_id=_MINISTRY,
    )
    return [OldAgency(agency, _SINCE)]


def changes() -> Iterator[Past]:
    """Give the change of its ministry in 2025."""
    data = {
        "from": _MINISTRY,
        "to": slug("Bộ Nông nghiệp và Môi trường"),
        "line": "sector",
        "effective": iso(REORGANISED),
    }
    yield past(REORGANISED, "agency.reparented", AGENCY_ID, data)


def facts() -> Iterator[Past]:
    """Give the procedures and the declaration."""
    for number in range(1, PROCEDURES + 1):
        data = {
            "code": f"QT-{number:02d}",
            "title": f"Quy trình số {number:02d} (nguồn không nêu tên)",
            "kind": "internal",
            "status": "in_force",
            "edition": 1,
            "revision": 0,
            "effective_from": iso(_IN_FORCE),
            "state_since": iso(_IN_FORCE),
            "electronic": True,
        }
        yield past(_IN_FORCE, "procedure.baselined", AGENCY_ID, data, f"qt-{number:02d}")
    declaration = {
        "status": "declared",
        "state_since": iso(_IN_FORCE),
        "declared_on": iso(_IN_FORCE),
        "standard_version": "TCVN ISO 9001:2015",
    }
    yield past(_IN_FORCE, "declaration.baselined", AGENCY_ID, declaration, DECLARATION)

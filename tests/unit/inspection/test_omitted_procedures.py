"""A declaration that lists its procedures is held against the public procedures of the agency: its own and those above it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from services.inspection.inconsistencies.conditions import findings
from services.inspection.inconsistencies.facts import Known, known, standing
from shared import clock
from shared.testing.recorded import RecordedLogs

TODAY = clock.day_of("2026-12-31")
A, B = "1.001612", "2.000815"
Event = tuple[str, str, str, str, dict[str, Any]]


def published(code: str, on: str = "2020-01-01", publisher: str = "tinh", **data: Any) -> Event:
    return ("tthc.published", publisher, code, on, {"levels": ["commune"], **data})


def declared(*procedures: str, exclusions: tuple[dict[str, str], ...] = (), on: str = "2026-03-20") -> Event:
    listed = [{"procedure_id": one} for one in procedures]
    return (
        "declaration.declared",
        "xa",
        "iso",
        on,
        {"declared_on": on, "procedure_revisions": listed, "exclusions": list(exclusions)},
    )


def drafted(procedure: str, code: str) -> Event:
    return ("procedure.drafted", "xa", procedure, "2020-02-01", {"tthc_code": code, "kind": "tthc"})


def abolished(code: str, on: str, effective: str) -> Event:
    return ("tthc.abolished", "tinh", code, on, {"effective_from": effective})


OPTED_OUT = (
    "tthc.opted_out",
    "xa",
    f"khong-{B}",
    "2026-01-10",
    {"entry": {"source": "tinh", "id": B}, "reason": "Không"},
)
OPTED_IN = ("tthc.opted_in", "xa", f"khong-{B}", "2026-02-10", {})
REGISTRY: tuple[Event, ...] = (
    ("agency.registered", "tinh", "tinh", "2000-01-01", {"level": "province", "valid_from": "2000-01-01"}),
    (
        "agency.registered",
        "xa",
        "xa",
        "2000-01-01",
        {"level": "commune", "parent_id": "tinh", "valid_from": "2000-01-01"},
    ),
)
QT_A, QT_B = drafted("QT-A", A), drafted("QT-B", B)


def judged(*events: Event) -> list[tuple[str, str | None, int]]:
    logs = RecordedLogs()
    found: dict[str, list[Known]] = defaultdict(list)
    for kind, source, subject, on, data in (*REGISTRY, *events):
        found[source].append(known(logs.add(kind, source, subject, data, on=on)))
    above = {agency: standing(facts) for agency, facts in found.items()}
    return [
        (one.kind, None if one.ended_on is None else clock.to_date(one.ended_on).isoformat(), len(one.against))
        for one in findings(above["xa"], (), above, today=TODAY)
        if one.kind == "declared_omitting_tthc"
    ]


def omitting(ended_on: str | None = None, count: int = 1) -> list[tuple[str, str | None, int]]:
    return [("declared_omitting_tthc", ended_on, count)]


BOTH = (published(A), published(B), QT_A, QT_B)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((*BOTH, declared("QT-A", "QT-B")), []),
        ((*BOTH, declared("QT-A")), omitting()),
        # Listed, but of no public procedure.
        ((published(A), drafted("QT-X", B), declared("QT-X", "QT-la")), omitting()),
        ((published(A), published(B), declared("QT-X")), omitting(count=2)),
        # Its own entry counts like one of the province.
        ((published(A, publisher="xa"), declared("QT-B")), omitting()),
        # Of another level, or of an agency that it does not stand under.
        ((published(A, levels=["district"]), declared("QT-B")), []),
        ((published(A, publisher="tinh-khac"), declared("QT-B")), []),
        # Without a list nobody can say what it leaves out.
        ((*BOTH, declared()), []),
        # Excluded, by its code or by the procedure for it.
        ((*BOTH, declared("QT-A", exclusions=({"tthc_code": B, "reason": "Không phát sinh"},))), []),
        ((*BOTH, declared("QT-A", exclusions=({"procedure_id": "QT-B", "reason": "Không phát sinh"},))), []),
        # Not live on the day.
        ((*BOTH, abolished(B, "2026-02-01", "2026-03-20"), declared("QT-A")), []),
        ((published(A), QT_A, published(B, "2026-03-01", effective_from="2026-04-01"), declared("QT-A")), []),
        ((*BOTH, OPTED_OUT, declared("QT-A")), []),
        # Abolished only afterwards.
        ((*BOTH, abolished(B, "2026-02-01", "2026-05-01"), declared("QT-A")), omitting("2026-05-01")),
        ((*BOTH, declared("QT-A"), abolished(B, "2026-04-10", "2026-04-15")), omitting("2026-04-15")),
        (
            (*BOTH, declared(on="2026-03-20"), declared("QT-X"), abolished(B, "2026-04-10", "2026-04-15")),
            omitting(None, 2),
        ),
        ((*BOTH, OPTED_OUT, OPTED_IN, declared("QT-A")), omitting()),
        ((*BOTH, declared("QT-A"), (*OPTED_OUT[:3], "2026-06-01", OPTED_OUT[4])), omitting("2026-06-01")),
        # For other levels only, from a day on.
        (
            (*BOTH, declared("QT-A"), ("tthc.amended", "tinh", B, "2026-07-01", {"levels": ["province"]})),
            omitting("2026-07-01"),
        ),
        # Amended without a word about levels, it stays.
        ((*BOTH, declared("QT-A"), ("tthc.amended", "tinh", B, "2026-07-01", {"changed": ["fee"]})), omitting()),
        # Declared again, or rescinded.
        (
            (
                *BOTH,
                declared("QT-A"),
                ("declaration.redeclared", "xa", "iso", "2026-08-03", {"declared_on": "2026-08-03"}),
            ),
            omitting("2026-08-03"),
        ),
        # It stood under the province until the year before.
        (
            (
                ("agency.reparented", "xa", "xa", "2025-06-01", {"to": "tinh-khac", "effective": "2025-07-01"}),
                *BOTH,
                declared("QT-A"),
            ),
            [],
        ),
    ],
)
def test_a_declaration_covers_every_live_public_procedure_or_says_why_not(events, expected):
    assert judged(*events) == expected

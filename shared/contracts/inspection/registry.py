"""Event type of the registry as a whole: a level of the administration is abolished.

It closes the level for good: nothing of it may be registered for a later day.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventType, declare
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Choice
from shared.contracts.inspection.agency_vocabulary import LEVELS, RegistryFact, agency_ref, effective, legal_basis


class LevelAbolished(RegistryFact):
    """From a day on there are no agencies of a level, in the whole country or under one agency."""

    level = Choice("Level: central, province, district, commune", "Cấp: trung ương, tỉnh, huyện, xã", LEVELS)
    territory = agency_ref(
        "Agency below which the level ends; the whole country if left out",
        "Cơ quan mà dưới đó cấp này kết thúc; bỏ trống là cả nước",
    )
    effective = effective()
    legal_basis = legal_basis()
    evidence = EVIDENCE_LIST


_ABOLISHED = {"level": "district", "effective": "2025-07-01", "legal_basis": "Nghị quyết 203/2025/QH15"}

declare(
    EventType(
        name="qms.registry.level_abolished",
        owner="inspection",
        en="A level of the administration was abolished",
        vi="Kết thúc hoạt động của một cấp hành chính",
        schema=LevelAbolished,
        example=_ABOLISHED,
        example_subject="district",
        invalid={
            "unknown level": {**_ABOLISHED, "level": "hamlet"},
            "no day": {"level": "district"},
        },
        asserter="ministry",
    )
)

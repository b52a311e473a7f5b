"""What the front door reads of somebody whom it does not know yet."""

from __future__ import annotations

import inspect

from services.inspection.service import InspectionService


def test_forms_of_strangers_are_small():
    entrypoints = [
        entrypoint
        for _, method in inspect.getmembers(InspectionService, inspect.isfunction)
        for entrypoint in getattr(method, "nameko_entrypoints", ())
    ]
    limits = {(found.method, found.url): found.route().max_body_bytes for found in entrypoints}
    assert limits["POST", "/sign-in"] == limits["POST", "/sign-out"] == 65_536
    assert limits["POST", "/act/<event_type>"] is None

"""Words of `oversight rebuild`: one set of tables, and one comparison, in lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_STATES = {
    "serving": "serves",
    "building": "is being filled beside it",
    "former": "served before, is kept and fed for a way back",
    "dropping": "is being dropped",
}


def set_lines(one: dict[str, Any]) -> Iterator[str]:
    """Yield what is to be said of a set of tables."""
    yield f"{one['tables']:8} {_STATES[one['state']]}{_progress(one)}"
    report = one["comparison"]
    if one["comparing"]:
        yield "         is compared as soon as both are at the same positions"
    elif report is not None:
        said = "the same" if report["equal"] else f"something else in {len(report['differences'])} parts"
        yield f"         compared {report['compared_at']}: says {said}"


def _progress(one: dict[str, Any]) -> str:
    if one["state"] == "serving":
        return f", {sum(one['positions'].values()):,} events"
    if one["filling"] and not one["positions"]:
        return f": {one['filling']['step']} {one['filling']['done']} of {one['filling']['of']}"
    return f", {one['behind']:,} events behind" if one["behind"] else ", up to date"


def comparison_lines(report: dict[str, Any]) -> Iterator[str]:
    """Yield what is to be said of a comparison."""
    places = ", ".join(f"{source} {position}" for source, position in sorted(report["positions"].items()))
    yield f"compared at {places}:"
    for content, rows in report["rows"].items():
        differing = [one for one in report["differences"] if one["content"] == content]
        yield f"  {content:16} {rows:>12,} rows  {'the same' if not differing else f'{len(differing)} parts differ'}"
        for one in differing:
            counts = f"{one['serving_rows']:,} rows serve, {one['other_rows']:,} are new"
            keys = f"; for instance {', '.join(one['keys'])}" if one["keys"] else ""
            yield f"    {one['part'] or content}: {counts}{keys}"
    yield "both say the same" if report["equal"] else "they do not say the same: nothing is switched unless you say so"

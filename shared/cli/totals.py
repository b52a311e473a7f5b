"""What became of events that a command has pushed: counts, and each refusal with its reason."""

from __future__ import annotations

import json
from typing import Any

import click

from shared.client.pushing import Totals

_STATUSES = ("accepted", "duplicate", "waiting", "refused")


def show_totals(totals: Totals, *, as_json: bool, **more: Any) -> None:
    """Print the counts by status, and the refusals (as text: to standard error); `more` is added to the JSON."""
    counts = {status: totals.counts[status] for status in _STATUSES}
    if as_json:
        click.echo(json.dumps({**counts, **more, "refusals": totals.refusals}, ensure_ascii=False))
        return
    click.echo("  ".join(f"{status} {count}" for status, count in counts.items()))
    for refusal in totals.refusals:
        click.echo(f"  {refusal['id']}: {refusal['code']} {refusal['pointer']} {refusal['hint']['en']}", err=True)

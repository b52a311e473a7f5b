"""Whose records a list shows: the registry of the views says the same as the registry's copy that every page asks."""

from __future__ import annotations

from random import Random

from services.inspection.agencies import evaluate
from shared.registry.ancestry import is_at_or_above
from shared.registry.record import AgencyRecord


def test_what_stands_below_an_agency_is_what_it_is_above_of_also_where_agencies_have_ended():
    chosen = Random(7)
    names = [f"a-{number}" for number in range(60)]
    records = {}
    for number, name in enumerate(names):
        above = [None, *names[: number // 3]]
        parents = [[0, chosen.choice(above)], [chosen.randrange(1, 100), chosen.choice(above)]]
        ended = chosen.choice([None, None, chosen.randrange(1, 100)])
        records[name] = AgencyRecord(
            name, "commune_pc", "commune", 0, ended, parents=parents, sector_parents=[[0, chosen.choice(above)]]
        )
    for day in (0, 50, 99):
        snapshot = evaluate(records, day)
        for own in (*names[:20], "unknown"):
            below = {other for other in names if is_at_or_above(records, own, other, day)}
            assert snapshot.under(own) - {own} == below - {own}
            assert own in snapshot.under(own)
            assert snapshot.within(own) <= snapshot.under(own)

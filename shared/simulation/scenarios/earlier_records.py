"""Records that an agency has when it joins, of what it did: audits, nonconformities, actions, figures, documents.

The counterparts that support the system (posts, reviews, budgets) are in `brought_along`, which brings these too.
"""

from __future__ import annotations

from typing import Any

from shared.simulation import words
from shared.simulation.agencies import Agency
from shared.simulation.scenarios import dossiers
from shared.simulation.world import World


def audit(world: World, _agency: Agency, year: str) -> tuple[str, dict[str, Any]]:
    """Return an audit that was completed, with its findings."""
    data: dict[str, Any] = {"state": "completed", "kind": "internal", "planned_from": f"{year}-06-10"}
    data |= {"planned_to": f"{year}-06-11", "started_on": f"{year}-06-10", "completed_on": f"{year}-06-25"}
    data["findings"] = [{"finding_id": "PH-01", "class": "observation"}]
    return world.new_id("DGNB"), data


def nonconformity(world: World, _agency: Agency, year: str) -> tuple[str, dict[str, Any]]:
    """Return a nonconformity that was closed as effective."""
    clause, statement = world.pick(words.FINDINGS)
    data: dict[str, Any] = {"state": "closed", "source": "internal_audit", "class": "minor_nc", "clause": clause}
    data |= {"statement": statement, "raised_on": f"{year}-06-12", "completed_on": f"{year}-08-20"}
    data |= {"effective": True, "closed_on": f"{year}-10-05", "root_causes": [world.pick(words.CAUSES)]}
    return world.new_id("KPH"), data


def action(world: World, _agency: Agency, year: str) -> tuple[str, dict[str, Any]]:
    """Return an improvement that was done after one extension."""
    data: dict[str, Any] = {"state": "done", "source": "improvement", "type": "improvement"}
    data |= {"owner": world.pick(words.OWNERS), "planned_on": f"{year}-08-01"}
    data |= {"due_on": f"{year}-12-10", "original_due_on": f"{year}-10-31", "done_on": f"{year}-12-05"}
    data["extensions"] = [{"from": f"{year}-10-31", "to": f"{year}-12-10"}]
    return world.new_id("HDKP"), data


def dossier_stats(world: World, agency: Agency, year: str) -> tuple[str, dict[str, Any]]:
    """Return the figures of the last month before."""
    named = {"field": f"Lĩnh vực {world.mark}-{world.number()}", "channel": "one_stop"}
    data = {"period": f"{year}-12", **named, **dossiers.figures(world, agency, 0, 40)}
    return f"{year}-12:{named['field']}:one_stop", data


def declaration(world: World, _agency: Agency, year: str) -> tuple[str, dict[str, Any]]:
    """Return a declaration that was taken back when the agency was reorganised."""
    data = {"status": "rescinded", "rescinded_on": f"{year}-06-30", "standard_version": "TCVN ISO 9001:2015"}
    return world.new_id("cong-bo-cu"), data


def tthc(world: World, agency: Agency, _year: str) -> tuple[str, dict[str, Any]]:
    """Return a public procedure that the agency carries out for itself alone."""
    name = f"Cung cấp thông tin theo yêu cầu ({agency.agency_id})"
    return f"3.{world.number():06d}.{world.mark}", {"name": name[:300], "levels": [agency.level], "regulated_days": 5}


def legal_text(world: World, _agency: Agency, year: str) -> tuple[str, dict[str, Any]]:
    """Return a text that was repealed before."""
    number, issuer, issued_on = f"{world.number()}/QĐ-UBND-{world.mark}", "Ủy ban nhân dân tỉnh", "2011-03-15"
    data = {"number": number, "issuer": issuer, "issued_on": issued_on, "effective_from": "2011-04-01"}
    data |= {"status": "repealed", "announced_on": f"{year}-06-30", "title": "Quy định cũ về một cửa"}
    return f"{number}|{issuer}|{issued_on}", data

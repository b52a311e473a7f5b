"""The tables of the programme builder: programmes, entries, risk list with reasons, what is passed over, meetings with others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.inspection.cases import Case
from services.inspection.exports.sheet import percent_cell
from services.inspection.read_models import percent
from services.inspection.selection.calendar import Meeting
from services.inspection.selection.proposing import Proposal
from services.inspection.selection.risk import Words
from services.inspection.selection.selecting import Pick, weightiest
from services.inspection.web.filters import N_, Filters
from services.inspection.web.room_tables import RoomColumn, RoomTable, Shown
from services.inspection.web.rooms import agency_cell, spoken
from services.inspection.web.views import Name
from services.inspection.web.words import RISK_PARTS, label

Translate = Callable[[str], str]
_TONES = {"must_pick": "red", "highest_risk": "orange", "random": "blue"}


@dataclass(frozen=True, slots=True)
class Telling:
    """What the tables are told in, and whom they name."""

    translate: Translate
    language: str
    filters: Filters
    names: Mapping[str, Name]

    def agency(self, agency_id: str) -> Shown:
        """Return the cell of an agency."""
        return agency_cell(self.names[agency_id], self.filters, self.language)


def programmes_table(found: Sequence[Case], telling: Telling) -> RoomTable:
    """Return the programmes: whose, of which year, how far, how full."""
    say = telling.translate
    columns = [
        RoomColumn(say(N_("Body")), below=say(N_("Agency id"))),
        RoomColumn(say(N_("Year"))),
        RoomColumn(say(N_("State"))),
        RoomColumn(say(N_("Entries")), "whole"),
        RoomColumn(say(N_("Person-days")), "whole"),
        RoomColumn(say(N_("Capacity in person-days")), "whole"),
        RoomColumn(say(N_("On site")), "percent"),
    ]
    hint = say(N_("Choose a body and a year above to draft its programme."))
    rows = [_programme_row(one, telling) for one in found]
    return RoomTable("programmes", say(N_("Yearly programmes")), columns, rows, (say(N_("No programme")), hint))


def _programme_row(one: Case, telling: Telling) -> list[Shown]:
    entries, year = one.state["entries"], str(one.state["year"])
    here = f"/programmes/{one.source}/{year}{telling.filters.narrow.address()}"
    on_site = sum(1 for entry in entries if entry["mode"] == "on_site")
    return [
        Shown(spoken(telling.names[one.source], telling.language), here, below=one.source),
        Shown(year),
        Shown(state_word(one, telling.language), tone="blue" if one.open else "green"),
        Shown(len(entries), f"{here}#entries"),
        Shown(sum(entry["person_days"] for entry in entries)),
        Shown(one.state["capacity_days"]),
        Shown(percent_cell(percent(on_site, len(entries)))),
    ]


def state_word(one: Case, language: str) -> str:
    """Return where a case stands, in a language."""
    return one.status.replace("_", " ") if language == "en" else one.status_vi


def entries_table(entries: Sequence[Mapping[str, Any]], telling: Telling) -> RoomTable:
    """Return the inspections that a programme foresees."""
    say = telling.translate
    columns = [
        RoomColumn(say(N_("Agency")), below=say(N_("Agency id"))),
        RoomColumn(say(N_("Way of checking"))),
        RoomColumn(say(N_("Quarter")), "whole"),
        RoomColumn(say(N_("Person-days")), "whole"),
        RoomColumn(say(N_("Together with"))),
        RoomColumn(say(N_("Cause"))),
    ]
    rows = [
        [
            telling.agency(entry["agency_id"]),
            Shown(say(label("choice", entry["mode"]))),
            Shown(entry["quarter"]),
            Shown(entry["person_days"]),
            Shown(joint_name(entry.get("joint_with"))),
            Shown(entry.get("cause")),
        ]
        for entry in sorted(entries, key=lambda one: (one["quarter"], one["agency_id"]))
    ]
    hint = say(N_("Propose a selection below and take it over."))
    return RoomTable("entries", say(N_("Inspections foreseen")), columns, rows, (say(N_("No entry yet")), hint))


def joint_name(named: Any) -> str:
    """Return what an entry is done together with, as people name it."""
    if not named:
        return ""
    return f"{named['id']} ({str(named['source']).removeprefix('/agencies/')})"


def picks_table(proposal: Proposal, telling: Telling) -> RoomTable:
    """Return the proposed list: on what ground, with which reasons, how, how long, together with whom."""
    say = telling.translate
    columns = [
        RoomColumn(say(N_("Agency")), below=say(N_("Agency id"))),
        RoomColumn(say(N_("Ground"))),
        RoomColumn(say(N_("Risk")), "whole"),
        RoomColumn(say(N_("Reasons"))),
        RoomColumn(say(N_("Way of checking"))),
        RoomColumn(say(N_("Person-days")), "whole"),
        RoomColumn(say(N_("Together with"))),
    ]
    rows = [_pick_row(pick, telling) for pick in proposal.selected.picks]
    hint = say(N_("Nobody can be picked with these numbers."))
    return RoomTable("picks", say(N_("Proposed list")), columns, rows, (say(N_("Empty list")), hint))


def _pick_row(pick: Pick, telling: Telling) -> list[Shown]:
    joint = ""
    if pick.joint is not None:
        body, _, subject = pick.joint.inspection.partition("/")
        joint = f"{subject} ({body})"
    return [
        telling.agency(pick.agency_id),
        Shown(telling.translate(label("choice", pick.ground)), tone=_TONES[pick.ground]),
        Shown(pick.score),
        Shown(reasons(pick.details, telling)),
        Shown(telling.translate(label("choice", pick.mode))),
        Shown(pick.person_days),
        Shown(joint),
    ]


def reasons(details: Sequence[Words], telling: Telling) -> str:
    """Return why an agency is on the list, or how its risk comes about, in the reader's language."""
    return "; ".join(one.en if telling.language == "en" else one.vi for one in details)


def risk_table(proposal: Proposal, telling: Telling) -> RoomTable:
    """Return all candidates by risk, with the points of every part, so that the order can be followed."""
    say = telling.translate
    weights = {part.part: part.weight for score in list(proposal.scores.values())[:1] for part in score.parts}
    columns = [
        RoomColumn(say(N_("Agency")), below=say(N_("Agency id"))),
        RoomColumn(say(N_("Risk")), "whole", decimals=2),
        RoomColumn(say(N_("On the list"))),
        RoomColumn(say(N_("Reasons"))),
        *(RoomColumn(f"{say(RISK_PARTS[part])} (≤ {weight})", "whole", decimals=1) for part, weight in weights.items()),
    ]
    grounds = {pick.agency_id: pick.ground for pick in proposal.selected.picks}
    dropped = dict(proposal.selected.dropped)
    ordered = sorted(proposal.scores.values(), key=lambda score: (-score.score, score.agency_id))
    rows = [
        [
            telling.agency(score.agency_id),
            Shown(score.score),
            _listed(score.agency_id, grounds, dropped, say),
            Shown(reasons(weightiest(score), telling)),
            *(Shown(round(part.value * part.weight, 1)) for part in score.parts),
        ]
        for score in ordered
    ]
    return RoomTable("risks", say(N_("Risk of all candidates")), columns, rows)


def _listed(agency_id: str, grounds: Mapping[str, str], dropped: Mapping[str, str], say: Translate) -> Shown:
    if agency_id in grounds:
        return Shown(say(label("choice", grounds[agency_id])), tone=_TONES[grounds[agency_id]])
    return Shown(say(label("choice", dropped[agency_id])) if agency_id in dropped else None)


def dropped_table(proposal: Proposal, telling: Telling) -> RoomTable:
    """Return who was passed over although it was their turn, and why."""
    say = telling.translate
    columns = [RoomColumn(say(N_("Agency")), below=say(N_("Agency id"))), RoomColumn(say(N_("Why not")))]
    rows = [
        [telling.agency(agency_id), Shown(say(label("choice", why)))] for agency_id, why in proposal.selected.dropped
    ]
    return RoomTable("dropped", say(N_("Passed over")), columns, rows)


def meetings_table(found: Sequence[Meeting], telling: Telling) -> RoomTable:
    """Return who else comes near the quarter of an entry, and what going together would save."""
    say = telling.translate
    columns = [
        RoomColumn(say(N_("Agency")), below=say(N_("Agency id"))),
        RoomColumn(say(N_("Quarter")), "whole"),
        RoomColumn(say(N_("Other visit")), below=say(N_("Body"))),
        RoomColumn(say(N_("From")), "day"),
        RoomColumn(say(N_("Until")), "day"),
        RoomColumn(say(N_("Person-days saved")), "whole"),
        RoomColumn(say(N_("Joint"))),
    ]
    rows = [
        [
            telling.agency(one.agency_id),
            Shown(one.quarter),
            Shown(f"{say(label('visit', one.visit.kind))} {one.visit.subject}", below=one.visit.source),
            Shown(one.visit.begins),
            Shown(one.visit.ends),
            Shown(one.savable_days),
            Shown(say(N_("joint")) if one.joint else say(N_("not yet")), tone="green" if one.joint else "yellow"),
        ]
        for one in found
    ]
    hint = say(N_("No audit and no inspection of another body comes near an entry."))
    return RoomTable(
        "meetings", say(N_("Visits of others near an entry")), columns, rows, (say(N_("No overlap")), hint)
    )

"""HTTP handlers of inspection programmes: proposing and confirming a selection, overlaps of visits, checklists.

Owns the JSON forms. A proposal is recorded when it is asked for again with `confirm`: with the moment and the seed of the
answer it is the same list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection
from werkzeug import Request, Response

from services.inspection import serving
from services.inspection.commanding import read_views, record, require_body, views_behind
from services.inspection.domain.checklists import checklists
from services.inspection.domain.limits import DEFAULT_ONSITE_SHARE
from services.inspection.domain.programme_state import subject_of
from services.inspection.figures import Asked, Basis, basis, sums_for
from services.inspection.geography import CENTRAL
from services.inspection.groups import KINDS, LEVELS, OBLIGATIONS, Filters
from services.inspection.indicators.overlap import OVERLAP_NEEDS
from services.inspection.indicators.windows import VISIT_WINDOW
from services.inspection.json_body import JsonBody, bad_field
from services.inspection.parameters import EARLIEST, LATEST, asked, day_parameter
from services.inspection.recent import recent
from services.inspection.selection.gathering import Gathered, gather
from services.inspection.selection.inputs import inputs_hash
from services.inspection.selection.proposing import Proposal, entries, propose, score_data, selection_data
from services.inspection.selection.selecting import Parameters
from services.inspection.visits import OverlapPair, PlannedVisit, overlaps, visits_to
from shared import clock
from shared.eventsourcing import Hint
from shared.eventsourcing.derived import DerivedEvent
from shared.web.answers import json_answer
from shared.web.auth import Caller, authenticate
from shared.web.problem import Problem
from shared.web.scope import require_agency

if TYPE_CHECKING:
    from shared.service.context import ServiceContext

#: Days before and after the day asked for in which visits are compared, where no period is given.
_BACK, _AHEAD = 30, 365
#: No visit takes longer; one that is still going on when the period begins began so many days before at most.
_LONGEST = 60
_MOST = 20_000


def select_agencies(context: ServiceContext, request: Request, body: str, year: int) -> Response:
    """Propose the agencies that a body inspects in a year, with reasons; record them when confirmed.

    Raises:
        Problem: 400 bad field, 403 not the body, 404 no such body or scope, 409 the programme does not take them.
    """
    wanted = proposed(context, request, body, year)
    if wanted.confirmed:
        record(context, _facts(context, body, year, (wanted.selection_id, wanted.mark), wanted.proposal))
    return json_answer(_answer(body, year, wanted.selection_id, wanted.proposal, confirmed=wanted.confirmed))


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal as it was asked for."""

    proposal: Proposal
    selection_id: str
    #: Mark of its content.
    mark: str
    confirmed: bool


def proposed(context: ServiceContext, request: Request, body: str, year: int) -> Proposed:
    """Return the selection that a request asks for, not recorded yet.

    Raises:
        Problem: 400 bad field or year, 403 not the body, 404 no such body or scope, 503 the views have not come that far.
    """
    caller = require_body(context, request, body)
    _check_year(year)
    told = JsonBody(request)
    day = told.day("as_of")
    today = clock.vietnam_day(context.clock())
    question = Asked(
        today if day is None else day,
        told.instant("known_at"),
        Filters(
            _scope(context, caller, body, told.text("scope")),
            told.word("level", LEVELS),
            told.word("kind", KINDS),
            told.word("obligation", OBLIGATIONS),
        ),
    )
    parameters = _parameters(told, year, question.as_of)
    seed, instructed, confirmed = told.text("seed"), told.texts("instructed"), told.flag("confirm")
    named = told.text("selection_id", longest=100)
    told.end()
    gathered = read_views(context, partial(_gathered, asked=question, body=body, instructed=instructed), "/body/scope")
    if confirmed and question.known_at not in (None, gathered.known_at):
        raise views_behind()
    proposal = propose(gathered, parameters, seed)
    mark = inputs_hash(selection_data(proposal, subject_of(year), year))[:12]
    return Proposed(proposal, named or f"selection-{year}-{mark}", mark, confirmed)


def _check_year(year: int) -> None:
    first, last = clock.to_date(EARLIEST).year, clock.to_date(LATEST).year - 1
    if not first <= year <= last:
        raise Problem(
            400,
            "BAD_PARAMETER",
            Hint(
                f"Năm của chương trình phải từ {first} đến {last}.",
                f"The year of a programme must be from {first} to {last}.",
            ),
            pointer="/path/year",
        )


def _gathered(connection: Connection, *, asked: Asked, body: str, instructed: Mapping[str, str]) -> Gathered:
    """Return the inputs of a choice; of a moment ago where that takes long and no instant is given: they say of which."""

    def work(reading: Connection) -> Gathered:
        return gather(reading, asked, body, instructed)

    if asked.known_at is not None:
        return work(connection)
    key = ("gathered", serving.version(connection), asked, body, tuple(sorted(instructed.items())))
    return recent(connection, key, work)


def _scope(context: ServiceContext, caller: Caller, body: str, asked_for: str) -> str | None:
    """Return the part of the tree that is selected from: the body's own territory, or what is asked for of it.

    Raises:
        Problem: 403 a body asks for another territory than its own.
    """
    found, today = context.registry.agency(body), clock.vietnam_day(context.clock())
    territory = None if found is None or found.level == CENTRAL else found.parent_on(today) or body
    if caller.kind == "staff" or territory is None:
        return asked_for or territory
    if not asked_for or context.registry.is_at_or_above(territory, asked_for, today):
        return asked_for or territory
    hint = Hint(
        "Cơ quan kiểm tra chỉ lựa chọn trong địa bàn của mình.", "A body selects within its own territory only."
    )
    raise Problem(403, "OUTSIDE_SCOPE", hint, pointer="/body/scope")


def _parameters(told: JsonBody, year: int, as_of: int) -> Parameters:
    begins, ends = clock.day_of(f"{year}-01-01"), clock.day_of(f"{year}-12-31")
    if as_of > ends:
        raise bad_field("as_of", f"phải trước khi hết năm {year}", f"must not be after the year {year}")
    defaults = Parameters(1, begins, ends)
    return Parameters(
        capacity=told.whole("capacity", None, low=0, high=_MOST),
        begins=max(begins, as_of + 1),
        ends=ends,
        capacity_days=told.number("capacity_days", None, low=0, high=1_000_000),
        random_share=told.number("random_share", defaults.random_share, low=0, high=1) or 0,
        onsite_share_min=told.number("onsite_share_min", DEFAULT_ONSITE_SHARE, low=0, high=1) or 0,
        most_per_territory=told.whole("most_per_territory", defaults.most_per_territory, low=1, high=_MOST),
        other_body_days=told.whole("other_body_days", defaults.other_body_days, low=0, high=365),
        days_on_site=told.number("days_on_site", defaults.days_on_site, low=0, high=1000) or 0,
        days_by_report=told.number("days_by_report", defaults.days_by_report, low=0, high=1000) or 0,
    )


def _facts(
    context: ServiceContext, body: str, year: int, named: tuple[str, str], proposal: Proposal
) -> list[DerivedEvent]:
    """Return the facts of a selection, given its id and a mark of its content: another content is no repetition."""
    selection_id, mark = named
    now, programme = context.clock(), subject_of(year)

    def fact(kind: str, subject: str, data: dict[str, Any]) -> DerivedEvent:
        event_id = f"{kind.rpartition('.')[2]}:{mark}:{selection_id}:{data.get('agency_id', '')}"[:128]
        return DerivedEvent(f"qms.{kind}", body, subject, event_id, now, data)

    picked = [proposal.scores[pick.agency_id] for pick in proposal.selected.picks]
    return [
        fact("selection.run", selection_id, selection_data(proposal, programme, year)),
        *(
            fact("risk_score.computed", f"{selection_id}:{score.agency_id}"[:128], score_data(score, proposal))
            for score in picked
        ),
        fact(
            "inspection_programme.selection_adopted",
            programme,
            {"selection_id": selection_id, "entries": entries(proposal)},
        ),
    ]


def _answer(body: str, year: int, selection_id: str, proposal: Proposal, *, confirmed: bool) -> dict[str, Any]:
    picked = [proposal.scores[pick.agency_id] for pick in proposal.selected.picks]
    return {
        "body": body,
        "programme_id": subject_of(year),
        "selection_id": selection_id,
        "confirmed": confirmed,
        "person_days": proposal.selected.person_days,
        "selection": selection_data(proposal, subject_of(year), year),
        "entries": entries(proposal),
        "scores": [score_data(score, proposal) for score in picked],
        "watermark": clock.to_rfc3339(proposal.gathered.watermark),
    }


def list_overlaps(context: ServiceContext, request: Request) -> Response:
    """Answer the pairs of audits and inspections that overlap, with what combining them would save.

    Raises:
        Problem: 400 bad parameter, 403 outside the caller's agencies, 404 no such scope.
    """
    caller = authenticate(context, request)
    question = asked(request, caller, clock.vietnam_day(context.clock()))
    if question.filters.scope is not None:
        require_agency(context, caller, question.filters.scope)
    given_first, given_last = day_parameter(request, "from"), day_parameter(request, "to")
    first = question.as_of - _BACK if given_first is None else given_first
    last = question.as_of + _AHEAD if given_last is None else given_last

    asked_for = replace(question, begins=first - _LONGEST, ends=last)

    def read(connection: Connection) -> tuple[list[PlannedVisit], Basis]:
        given = basis(connection, asked_for)
        # The measure of I20 says at little cost which agencies are worth reading.
        sums = sums_for(connection, given, OVERLAP_NEEDS, given.members)
        busy = [
            member.agency_id
            for member in given.members
            if sum(amounts[0] for amounts in sums.part(VISIT_WINDOW, member.agency_id).values()) > 1
        ]
        return visits_to(connection, busy, question.as_of, given.moment.known_at), given

    visits, given = read_views(context, read)
    within = [visit for visit in visits if visit.begins <= last and visit.ends >= first]
    pairs = overlaps(within)
    return json_answer(
        {
            "as_of": _iso(question.as_of),
            "known_at": clock.to_rfc3339(given.moment.known_at),
            "watermark": clock.to_rfc3339(given.watermark),
            "from": _iso(first),
            "to": _iso(last),
            "pairs": [_pair(pair) for pair in pairs],
            "savable_person_days": sum(pair.savable_days for pair in pairs if not pair.joint),
        }
    )


def _pair(pair: OverlapPair) -> dict[str, Any]:
    proposal = None
    if not pair.joint:
        into, joined = sorted((pair.first, pair.second), key=lambda visit: visit.kind != "inspection")
        proposal = {
            "vi": f"Ghép {_named_vi(joined)} vào {_named_vi(into)}, từ {_iso(into.begins)}.",
            "en": f"Combine {joined.kind} {joined.subject} with {into.kind} {into.subject}, from {_iso(into.begins)}.",
        }
    return {
        "agency_id": pair.first.agency_id,
        "first": _visit(pair.first),
        "second": _visit(pair.second),
        "gap_days": pair.gap_days,
        "common_scope": list(pair.common),
        "savable_person_days": pair.savable_days,
        "joint": pair.joint,
        "proposal": proposal,
    }


def _named_vi(visit: PlannedVisit) -> str:
    return f"{'cuộc kiểm tra' if visit.kind == 'inspection' else 'cuộc đánh giá'} {visit.subject}"


def _visit(visit: PlannedVisit) -> dict[str, Any]:
    told = {**asdict(visit), "from": _iso(visit.begins), "to": _iso(visit.ends), "scope": list(visit.scope)}
    return {name: value for name, value in told.items() if name not in ("agency_id", "begins", "ends")}


def _iso(day: int) -> str:
    return clock.to_date(day).isoformat()


def list_checklists(context: ServiceContext, request: Request) -> Response:
    """Answer the shipped checklists, the newest last."""
    authenticate(context, request)
    return json_answer({"checklists": [asdict(found) for found in checklists().values()]})

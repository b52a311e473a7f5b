"""The target tracker: all targets with milestone, gap and forecast; one target over time, with the rows behind its value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Request, Response

from services.inspection import cases
from services.inspection.cases import Case
from services.inspection.domain.target import reached
from services.inspection.indicators.targets import Target
from services.inspection.indicators.timeline import months_later
from services.inspection.indicators.tracking import FIT_MONTHS, Reached, expected, segment
from services.inspection.past_cases import cases_as_of
from services.inspection.selection.inputs import inputs_hash
from services.inspection.web import target_tables as tables
from services.inspection.web.access import limited_filters, require_agency_seen, require_session
from services.inspection.web.act_pages import act_address
from services.inspection.web.board_page import agency_unknown
from services.inspection.web.board_targets import STATUSES, worst_first
from services.inspection.web.filters import N_, Filters
from services.inspection.web.programme_tables import Telling
from services.inspection.web.rendering import STATIC, language_of, views_of
from services.inspection.web.rooms import Offered, moment_of, room, room_filters, translator
from services.inspection.web.signing_in import redirect
from services.inspection.web.target_tables import Point
from services.inspection.web.trend_page import month_ends
from services.inspection.web.words import definition, label
from shared import clock
from shared.service.context import ServiceContext
from shared.vietnam import format as vietnam
from shared.vietnam.text import matches
from shared.web.roles import may
from shared.web.routing import not_found


def targets(context: ServiceContext, request: Request) -> Response:
    """Show the targets of the agencies that one may see, those that are lost first.

    Raises:
        Problem: 404 no such agency.
    """
    session = require_session(context, request, "oversee")
    filters = room_filters(request, limited_filters(context, request, session), {"status": STATUSES})
    known_at = moment_of(context, filters).known_at
    try:
        answer = views_of(context).targets(filters)
    except LookupError:
        raise agency_unknown(filters.scope or "") from None
    found = [_described(one, filters, known_at) for one in answer.rows[0].figure.values["targets"]]
    names = views_of(context).names({one["owner"] for one in found}, filters.as_of)
    telling = Telling(translator(request), language_of(request), filters, names)
    found = [
        one for one in found if matches(filters.query, one["title"], one["target_id"], names[one["owner"]].name_vi)
    ]
    counts = Counter(one["status"] for one in found)
    shown = worst_first([one for one in found if filters.chosen("status") in ("", one["status"])])
    say = telling.translate
    return room(
        context,
        request,
        ("targets.html", "targets"),
        filters,
        [tables.targets_table(shown, telling)],
        offered=[Offered("status", say(N_("State")), [(code, say(label("tracking", code))) for code in STATUSES])],
        counts=[(code, say(label("tracking", code)), counts[code]) for code in STATUSES],
        total=len(found),
        new_address=act_address("qms.target.set") if may(session.role, "act") else None,
    )


def _described(one: Mapping[str, Any], filters: Filters, known_at: int) -> dict[str, Any]:
    link = tables.explained(one["metric"], one["scope"], one["variant"], filters, known_at)
    return {**one, "explained": link}


def target(context: ServiceContext, request: Request, owner: str, target_id: str) -> Response:
    """Show one target: its values against what was expected, as chart, sentence and table; what may follow.

    Raises:
        Problem: 403 outside one's own part, 404 no such target on the day.
    """
    session = require_session(context, request, "oversee")
    require_agency_seen(context, request, owner)
    filters = limited_filters(context, request, session)
    found = _target(context, filters, owner, target_id)
    if found is None:
        return _withdrawn(context, filters, owner, target_id)
    known_at = moment_of(context, filters).known_at
    followed = _followed(found)
    points = _points(context, followed, replace(filters, known_at=known_at))
    names = views_of(context).names({owner}, filters.as_of)
    telling = Telling(translator(request), language_of(request), filters, names)
    links = {point.day: _link(found, replace(filters, as_of=point.day), known_at) for point in points}
    record = _record(context, filters, owner, target_id)
    assessed = record.state["assessed"] if record is not None else {}
    return room(
        context,
        request,
        ("target.html", "targets"),
        filters,
        [tables.values_table(points, telling, links), tables.milestones_table(found["milestones"], assessed, telling)],
        found=found,
        owner=names[owner],
        standing=(tables.TONES[found["status"]], telling.translate(label("tracking", found["status"]))),
        metric=(found["metric"], *definition(found["metric"], telling.language)),
        points=points,
        sentence=_sentence(points, telling),
        acts=_acts(context, found, record, points[-1], known_at) if may(session.role, "act") and record else [],
        chart_module=STATIC.url("chart.js"),
        chart_library=STATIC.url("vendor/echarts/echarts.common.min.js"),
    )


def _link(found: Mapping[str, Any], filters: Filters, known_at: int) -> str:
    return tables.explained(found["metric"], found["scope"], found["variant"], filters, known_at)


def _withdrawn(context: ServiceContext, filters: Filters, owner: str, target_id: str) -> Response:
    """Lead to the history of a target that was withdrawn.

    Raises:
        Problem: 404 there is none, or there was none on the past day.
    """
    if not filters.is_today or _record(context, filters, owner, target_id) is None:
        raise not_found()
    return redirect(f"/records/target/{quote(owner, safe='')}/{quote(target_id, safe='')}")


def _target(context: ServiceContext, filters: Filters, owner: str, target_id: str) -> Mapping[str, Any] | None:
    """Return a target as it stands; only its owner is asked about. None where it does not stand on the day."""
    try:
        answer = views_of(context).targets(replace(filters.narrow, known_at=filters.known_at, scope=owner))
    except LookupError:
        raise agency_unknown(owner) from None
    for one in answer.rows[0].figure.values["targets"]:
        if (one["owner"], one["target_id"]) == (owner, target_id):
            return dict(one)
    return None


def _record(context: ServiceContext, filters: Filters, owner: str, target_id: str) -> Case | None:
    """Return the record of a target as of the day: what was assessed, what may follow."""
    read = context.database.read
    if filters.is_today:
        return read(lambda connection: cases.case(connection, "target", owner, target_id))
    listed = read(lambda connection: cases_as_of(connection, "target", filters.as_of, filters.known_at))
    return next((one for one in listed if (one.source, one.subject) == (owner, target_id)), None)


def _followed(found: Mapping[str, Any]) -> Target:
    """Return a target as its arithmetic wants it."""
    milestones = [(clock.day_of(one["date"]), float(one["value"])) for one in found["milestones"]]
    return Target(
        *(found["target_id"], found["title"], found["metric"], found["variant"], found["comparator"]),
        *(found["scope"], clock.day_of(found["set_on"]), found["baseline"], milestones),
    )


def _points(context: ServiceContext, followed: Target, filters: Filters) -> list[Point]:
    """Return the values of the indicator at the ends of the months since the target was set, at most a year's."""
    days = [day for day in month_ends(filters.as_of) if day >= followed.set_on] or [filters.as_of]
    scope = followed.scope
    asked = replace(
        filters.narrow,
        variant=followed.variant,
        scope=scope.get("territory"),
        level=scope.get("level"),
        kind=scope.get("kind"),
        obligation=scope.get("obligation"),
        known_at=filters.known_at,
    )
    figures = [(day, views_of(context).figure(followed.metric, replace(asked, as_of=day))) for day in days]
    # Where no value was set to begin with, I28 begins with that of half a year ago; the page must not differ from it.
    fitted = [months_later(filters.as_of, -months) for months in range(FIT_MONTHS, 0, -1)]
    first_day = next((day for day in fitted if day >= followed.set_on), filters.as_of)
    first = views_of(context).figure(followed.metric, replace(asked, as_of=first_day))
    begun = Reached(first_day, first.numerator or 0, first.denominator or 0)
    rising = followed.comparator != "at_most"
    return [Point(day, figure, expected(*segment(followed, begun, day), day), rising) for day, figure in figures]


def _sentence(points: Sequence[Point], telling: Telling) -> str:
    """Return what the chart shows in words."""
    last = points[-1]
    tongue: Any = telling.language
    if last.gap is None:
        return telling.translate(N_("The figure does not apply at any of these times."))
    text = telling.translate(
        N_("On %(day)s %(value)s were reached, %(expected)s were expected: %(gap)s percentage points.")
    )
    return text % {
        "day": vietnam.day(last.day),
        "value": vietnam.percent(str(last.figure.percent), tongue),
        "expected": vietnam.percent(str(tables.share_cell(last.expected)), tongue),
        "gap": ("+" if last.gap >= 0 else vietnam.MINUS) + vietnam.number(abs(last.gap) * 100, tongue, 2),
    }


def _acts(
    context: ServiceContext, found: Mapping[str, Any], record: Case, point: Point, known_at: int
) -> list[tuple[Any, str]]:
    """Return what may follow; the assessment of a milestone is filled with the figure that is shown."""
    here = f"/targets/{record.source}/{record.subject}"
    common = {"source": record.source, "subject": record.subject, "next": here}
    types = [context.catalogue[name] for name in record.next_events if name in context.catalogue]
    filled = {"milestone_assessed": _assessment(found, record, point, known_at)}
    return [
        (kind, act_address(kind.name, **common, **filled.get(kind.event, {})))
        for kind in types
        if kind.asserter != "system"
    ]


def _assessment(found: Mapping[str, Any], record: Case, point: Point, known_at: int) -> dict[str, str]:
    due = [one for one in found["milestones"] if one["date"] not in record.state["assessed"]]
    if not due or point.figure.rate is None:
        return {}
    milestone, rate = due[0], round(point.figure.rate, 4)
    met = reached(found["comparator"], rate, milestone["value"])
    figure = {"numerator": point.figure.numerator, "denominator": point.figure.denominator}
    return {
        "milestone": vietnam.day(clock.day_of(milestone["date"])),
        "value": str(rate),
        "met": "true" if met else "false",
        "as_of": vietnam.day(point.day),
        "known_at": clock.to_rfc3339(known_at),
        **{name: f"{value:g}" for name, value in figure.items() if value is not None},
        "snapshot_hash": inputs_hash({"metric": found["metric"], "as_of": point.day, **figure}),
    }

"""All open alerts of a part of the country, as of a day: by severity, rule and state; each leads to the event that opened it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from urllib.parse import quote

from werkzeug.wrappers import Request, Response

from services.inspection.read_models import AlertLine
from services.inspection.web.access import limited_filters, require_session
from services.inspection.web.board_page import agency_unknown
from services.inspection.web.exporting import wanted_format
from services.inspection.web.filters import N_
from services.inspection.web.programme_tables import Telling
from services.inspection.web.rendering import language_of, views_of
from services.inspection.web.room_tables import RoomColumn, RoomTable, RowsOf, Shown
from services.inspection.web.rooms import Offered, room, room_filters, translator
from services.inspection.web.words import ALERT_RULES, label
from shared import clock
from shared.service.context import ServiceContext
from shared.vietnam.text import matches
from shared.web.roles import may

SEVERITIES = ("critical", "serious", "warning", "info")
_STATES = ("opened", "acknowledged", "in_handling", "snoozed")
_TONES = {"critical": "red", "serious": "orange", "warning": "yellow", "info": "blue"}


def open_alerts(context: ServiceContext, request: Request) -> Response:
    """Show the open alerts, the most urgent first.

    Raises:
        Problem: 404 no such agency.
    """
    session = require_session(context, request, "oversee")
    words = {"severity": SEVERITIES, "rule": tuple(ALERT_RULES), "state": _STATES}
    filters = room_filters(request, limited_filters(context, request, session), words)
    try:
        found = views_of(context).alerts(filters)
    except LookupError:
        raise agency_unknown(filters.scope or "") from None
    names = views_of(context).names({one.agency_id for one in found}, filters.as_of)
    telling = Telling(translator(request), language_of(request), filters, names)
    say = telling.translate
    shown = [one for one in found if _chosen(one, telling)]
    counts = Counter(one.severity for one in found)
    rules = [(rule, f"{rule} {say(title)}") for rule, title in ALERT_RULES.items()]
    acting = may(session.role, "act") and filters.is_today and wanted_format(request) is None
    return room(
        context,
        request,
        ("alerts_room.html", "work"),
        filters,
        [_table(shown, telling, acting=acting)],
        offered=[
            Offered("severity", say(N_("Severity")), [(one, say(label("severity", one))) for one in SEVERITIES]),
            Offered("rule", say(N_("Rule")), rules),
            Offered("state", say(N_("State")), [(one, say(label("status", one))) for one in _STATES]),
        ],
        counts=[(one, say(label("severity", one)), counts[one]) for one in SEVERITIES if counts[one]],
        total=len(found),
    )


def _chosen(one: AlertLine, telling: Telling) -> bool:
    filters, name = telling.filters, telling.names[one.agency_id]
    return (
        filters.chosen("severity") in ("", one.severity)
        and filters.chosen("rule") in ("", one.rule)
        and filters.chosen("state") in ("", one.status)
        and matches(filters.query, name.name_vi, name.name_en, one.agency_id, one.subject)
    )


def _table(found: Sequence[AlertLine], telling: Telling, *, acting: bool) -> RoomTable:
    say = telling.translate
    columns = [
        RoomColumn(say(N_("Alert")), below=say(N_("Record"))),
        RoomColumn(say(N_("Severity"))),
        RoomColumn(say(N_("Agency")), below=say(N_("Agency id"))),
        RoomColumn(say(N_("State"))),
        RoomColumn(say(N_("Opened on")), "day"),
        RoomColumn(say(N_("Days open")), "whole"),
    ]
    if acting:
        columns.append(RoomColumn(say(N_("To do"))))

    def button(one: AlertLine) -> Shown:
        post = f"/alerts/{quote(one.alert_id, safe='')}/acknowledge"
        return Shown(say(N_("Acknowledge")), post=post) if one.status == "opened" else Shown(None)

    def row(one: AlertLine) -> list[Shown]:
        opened = clock.vietnam_day(one.opened_at)
        return [
            Shown(
                f"{one.rule} {say(ALERT_RULES.get(one.rule, ''))}", f"/events/notify/{one.position}", below=one.subject
            ),
            Shown(say(label("severity", one.severity)), tone=_TONES.get(one.severity, "grey")),
            telling.agency(one.agency_id),
            Shown(say(label("status", one.status))),
            Shown(opened),
            Shown(telling.filters.as_of - opened),
            *([button(one)] if acting else []),
        ]

    empty = (say(N_("No alert is open")), say(N_("Choose another severity, rule, state or day.")))
    return RoomTable("alerts", say(N_("Open alerts")), columns, RowsOf(found, row), empty)

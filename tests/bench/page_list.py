"""The pages that are measured, by rule of the routes: a test names a rule that is missing."""

from __future__ import annotations

from collections.abc import Mapping

from tests.bench import cases, nation

_AGENCY, _BODY = nation.name_of(0), "P01"
_DEPARTMENT = cases.department_of(_BODY)
#: A day of lists as they stood, in the midst of what the bench lets happen; and an instant at which it was known.
_PAST, _KNOWN = "2025-10-15", "2026-01-15T10:00:00Z"
_REPORT = f"qd19-year.1:{cases.YEAR}"
#: By rule of the routes: names and addresses.
PAGES: Mapping[str, Mapping[str, str]] = {
    "/": {
        "board": "/",
        "board, end of a year": "/?as_of=2024-12-31",
        "board of a province": f"/?scope={_BODY}",
        "board, filtered": "/?level=commune&map=I6",
    },
    "/agencies": {
        "agencies": "/agencies",
        "agencies, searched": "/agencies?q=cq-012",
        "agencies of a province": "/agencies?province=P01",
    },
    "/agencies/<agency_id>": {"agency": f"/agencies/{_AGENCY}"},
    "/indicators/<indicator>/explain": {
        "explanation": "/indicators/I6/explain",
        "explanation of a province": "/indicators/I2/explain?province=P01",
        "explanation of actions": "/indicators/I11/explain",
        "explanation of reporting": "/indicators/I22/explain",
        "explanation of targets": "/indicators/I28/explain",
        "explanation of ranks": "/indicators/I30/explain?kind=public_unit",
        "explanation of an agency": f"/indicators/I11/explain?agency={_AGENCY}",
    },
    "/indicators/<indicator>/trend": {"trend": "/indicators/I6/trend"},
    "/report": {"report": "/report"},
    "/peers": {"peers": "/peers", "peers of a large kind": "/peers?kind=public_unit"},
    "/events/<service>/<int:position>": {"event": "/events/audit/5000"},
    "/work": {"work": "/work", "work, past": f"/work?as_of={_PAST}"},
    "/alerts": {"alerts": "/alerts"},
    "/law": {"law": "/law"},
    "/law/<source>/<path:event_id>": {"change of the law": "/law/P01/{change}"},
    "/programmes": {"programmes": "/programmes", "programmes, past": f"/programmes?as_of={_PAST}"},
    "/programmes/<body>/<int:year>": {
        "a programme": f"/programmes/{_DEPARTMENT}/{cases.YEAR}",
        # Of the next year: no choice is proposed for a year that is over.
        "a programme's choice": f"/programmes/{_DEPARTMENT}/{cases.YEAR + 1}?capacity=300",
    },
    "/targets": {"targets": "/targets"},
    "/targets/<owner>/<path:target_id>": {"target": f"/targets/{_BODY}/muc-tieu"},
    "/reporting": {
        "reporting": "/reporting",
        "reporting, overdue": "/reporting?state=overdue",
        "reporting, past": f"/reporting?as_of={_PAST}",
    },
    "/reporting/<agency_id>/<report>": {"a report": f"/reporting/{_AGENCY}/{_REPORT}"},
    "/reporting/<body>/<report>/roll-up": {"roll-up": f"/reporting/{_BODY}/{_REPORT}/roll-up"},
    "/reorganisations": {
        "reorganisations": "/reorganisations",
        "reorganisations, past": f"/reorganisations?as_of={_PAST}",
    },
    "/reorganisations/<source>/<subject>": {
        "a reorganisation": f"/reorganisations/{_BODY}/{cases.REORGANISATION}",
        "a reorganisation, past": f"/reorganisations/{_BODY}/{cases.REORGANISATION}?as_of={_PAST}",
    },
    "/good-practice": {"good practice": "/good-practice"},
    "/records/<aggregate>": {
        "inspections": "/records/inspection",
        "recommendations": "/records/recommendation",
        "recommendations, searched": "/records/recommendation?q=cq-012",
        "inspections, past": f"/records/inspection?state=all&as_of={_PAST}",
        "recommendations, past": f"/records/recommendation?state=all&as_of={_PAST}",
        "recommendations, known before": f"/records/recommendation?as_of={_PAST}&known_at={_KNOWN}",
    },
    "/records/<aggregate>/<source>/<path:subject>": {"an inspection": f"/records/inspection/{_BODY}/kt-0"},
    "/act/<event_type>": {"form": "/act/qms.inspection.planned"},
    "/views": {"kept views": "/views"},
    "/docs": {"docs": "/docs"},
    "/submissions": {"submissions": "/submissions"},
    "/submissions/<item_id>": {"a submission": "/submissions/{item}"},
    "/health": {"health": "/health"},
    "/sign-in": {"sign-in": "/sign-in"},
}
#: Rules of pages that are for those who are not signed in.
WITHOUT_SESSION = frozenset({"/sign-in"})
#: Pages over the whole country, measured as the inspector of a province too: what one may see is chosen out of it.
AS_INSPECTOR = frozenset(
    {
        "board",
        "agencies",
        "explanation",
        "peers",
        "work",
        "law",
        "programmes",
        "targets",
        "reporting",
        "reorganisations",
    }
    | {"good practice", "inspections", "recommendations", "submissions", "health"}
)

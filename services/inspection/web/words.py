"""Words of the domain as the pages show them; message ids in English, Vietnamese in the catalogue.

Official terms: checks of agencies are *kiểm tra*, never *thanh tra* (Law on Inspection 2025).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.inspection.indicators.definitions import INDICATORS
from services.inspection.web.filters import N_
from shared.contracts.catalogue import EventType

#: Indicators of the national board, in its order.
BOARD_INDICATORS = ("I1", "I2", "I3", "I4", "I6", "I7", "I9", "I11", "I21")


@dataclass(frozen=True, slots=True)
class IndicatorWords:
    """How an indicator is named where there is little room; its full name and formula are in its definition."""

    short: str
    #: Whether a high rate is good.
    high_is_good: bool = True


INDICATOR_WORDS: dict[str, IndicatorWords] = {
    "I1": IndicatorWords(N_("Plan approved")),
    "I2": IndicatorWords(N_("Declared")),
    "I2a": IndicatorWords(N_("Steps of building up the quality management system")),
    "I3": IndicatorWords(N_("Procedures for TTHC")),
    "I4": IndicatorWords(N_("On the newest standard")),
    "I6": IndicatorWords(N_("Stale procedures"), high_is_good=False),
    "I7": IndicatorWords(N_("Dossiers on time")),
    "I9": IndicatorWords(N_("Internal audits")),
    "I11": IndicatorWords(N_("Overdue actions"), high_is_good=False),
    "I21": IndicatorWords(N_("Recommendations carried out")),
}


def definition(indicator: str, language: str) -> tuple[str, str]:
    """Return an indicator's full name and formula in a language."""
    found = INDICATORS[indicator]
    return (found.name_en, found.formula_en) if language == "en" else (found.name_vi, found.formula_vi)


#: Events that every kind of record has; the contracts explain them, a page has to name them.
FLAG_WORDS: dict[str, str] = {
    "retracted": N_("An event taken back"),
    "marked_inconsistent": N_("A late event contradicts those on record"),
    "marked_consistent": N_("The events of the record agree again"),
}


def event_title(kind: EventType, language: str, translate: Callable[[str], str]) -> str:
    """Return what an event of a type is called on the pages."""
    flag = FLAG_WORDS.get(kind.event)
    if flag is not None:
        return translate(flag)
    return kind.en if language == "en" else kind.vi


#: What each alert rule watches.
ALERT_RULES: dict[str, str] = {
    "A1": N_("Major nonconformity"),
    "A2": N_("Corrective action overdue"),
    "A3": N_("Procedures stale after a change of the law"),
    "A4": N_("Too many stale procedures"),
    "A5": N_("No internal audit or management review for a year"),
    "A6": N_("Changed, not declared again"),
    "A7": N_("Declared on a withdrawn standard"),
    "A8": N_("Same clause not met again and again"),
    "A9": N_("Recommendation past due"),
    "A10": N_("Report not submitted"),
    "A11": N_("Nothing heard from the agency"),
    "A12": N_("Fewer dossiers on time"),
    "A13": N_("Low satisfaction"),
    "A14": N_("Report contradicted by inspection"),
    "A15": N_("Target off track"),
    "A16": N_("Audits or inspections overlap"),
    "A17": N_("No focal point"),
    "A18": N_("Obligations without an heir"),
    "A19": N_("Inspection without a conclusion"),
    "A20": N_("Integrity of the records in doubt"),
    "A21": N_("The system does not work as it should"),
    "A22": N_("Unusual back-dating"),
    "A23": N_("Committed time above the law's"),
    "A24": N_("Self-assessment without any variance"),
    "A25": N_("An event waits too long"),
    "A26": N_("Facts contradict one another"),
}

#: Parts of the risk of an agency (domain of the selection).
RISK_PARTS: dict[str, str] = {
    "stale": N_("Stale procedures"),
    "overdue_actions": N_("Overdue actions"),
    "recurrence": N_("Recurring nonconformities"),
    "reliability": N_("Unreliable claims"),
    "years_since_onsite": N_("Long not checked on site"),
    "late_dossiers": N_("Late dossiers"),
    "silence": N_("Silence"),
    "open_major": N_("Open major nonconformity"),
    "reorganised": N_("Reorganised lately"),
    "complaints": N_("More complaints than peers"),
}

#: Message ids by code, for every code that the pages show.
LABELS: dict[str, dict[str, str]] = {
    "inconsistency": {
        "declared_without_audit": N_("Declared without an internal audit"),
        "declared_without_review": N_("Declared without a management review"),
        "declared_with_open_major": N_("Declared with an open major nonconformity"),
        "declared_omitting_tthc": N_("Declared without one of its public procedures"),
        "withdrawn_with_open_dossiers": N_("Procedure withdrawn with dossiers pending"),
        "ended_with_open_obligations": N_("Dissolved with obligations that nobody took over"),
    },
    "role": {
        "staff": N_("Ministry staff"),
        "ministry_inspector": N_("Ministry inspector"),
        "provincial_inspector": N_("Provincial inspector"),
        "agency_officer": N_("Agency officer"),
        "operator": N_("Operator"),
        "auditor": N_("Auditor, reading only"),
    },
    "variant": {"reported": N_("As reported"), "verified": N_("Verified")},
    "level": {
        "central": N_("Central"),
        "province": N_("Province level"),
        "district": N_("District level"),
        "commune": N_("Commune level"),
    },
    "kind": {
        "ministry": N_("Ministry"),
        "ministerial_agency": N_("Ministerial-level agency"),
        "government_agency": N_("Government agency"),
        "provincial_pc": N_("Provincial People's Committee"),
        "provincial_department": N_("Provincial department"),
        "sub_department": N_("Sub-department"),
        "district_pc": N_("District People's Committee"),
        "district_division": N_("District division"),
        "commune_pc": N_("Commune People's Committee"),
        "vertical_local": N_("Local agency of a vertical line"),
        "public_unit": N_("Public service unit"),
        "voluntary_other": N_("Other agency, voluntary"),
    },
    "obligation": {
        "mandatory": N_("Mandatory"),
        "encouraged": N_("Encouraged"),
        "voluntary": N_("Voluntary"),
        "exempt": N_("Exempt"),
    },
    "provenance": {
        "self_reported": N_("Self-reported"),
        "imported": N_("Imported"),
        "inspected": N_("Found by a check"),
        "derived": N_("Derived by the system"),
    },
    "verdict": {
        "confirmed": N_("Confirmed"),
        "contradicted": N_("Contradicted"),
        "unverifiable": N_("Cannot be verified"),
    },
    "severity": {
        "warning": N_("Warning"),
        "serious": N_("Serious"),
        "critical": N_("Critical"),
        "info": N_("Notice"),
    },
    "change": {
        "registered": N_("New text"),
        "amended": N_("Amended"),
        "replaced": N_("Replaced"),
        "repealed": N_("Repealed"),
        "suspended": N_("Suspended text"),
    },
    "procedure_kind": {
        "system": N_("System procedure"),
        "tthc": N_("Procedure for a TTHC"),
        "internal": N_("Internal procedure"),
    },
    "grade": {
        "major_nc": N_("Major"),
        "minor_nc": N_("Minor"),
        "observation": N_("Observation"),
        "opportunity": N_("Opportunity for improvement"),
    },
    "status": {
        "proposed": N_("Proposed"),
        "active": N_("Active"),
        "suspended": N_("Suspended"),
        "ended": N_("Ended"),
        "draft": N_("Draft"),
        "in_review": N_("In review"),
        "approved": N_("Approved"),
        "in_force": N_("In force"),
        "under_revision": N_("Under revision"),
        "withdrawn": N_("Withdrawn"),
        "none": N_("Not started"),
        "planned": N_("Planned"),
        "building": N_("Building"),
        "applying": N_("Applying"),
        "certified": N_("Certified (old rules)"),
        "declared": N_("Declared conformity"),
        "maintained": N_("Maintained"),
        "needs_redeclaration": N_("Needs re-declaration"),
        "rescinded": N_("Rescinded"),
        "lapsed": N_("Lapsed"),
        "opened": N_("Open"),
        "acknowledged": N_("Acknowledged"),
        "in_handling": N_("In handling"),
        "snoozed": N_("Snoozed"),
        "resolved": N_("Resolved"),
        "raised": N_("Raised"),
        "disputed": N_("Disputed"),
        "accepted": N_("Accepted"),
        "analysing": N_("Causes being analysed"),
        "action_planned": N_("Action planned"),
        "completed": N_("Action completed"),
        "verifying": N_("Being verified"),
        "closed": N_("Closed"),
        "in_progress": N_("In progress"),
        "done": N_("Done"),
        "verified": N_("Completion confirmed"),
        "cancelled": N_("Cancelled"),
    },
    #: Words of the closed lists that forms offer.
    "choice": {
        "on_site": N_("On site"),
        "by_report": N_("By dossier and report"),
        "planned": N_("According to plan"),
        "unplanned": N_("Unplanned"),
        "follow_up": N_("Follow-up"),
        "joint": N_("Joint with another body"),
        "head": N_("Head of the team"),
        "deputy": N_("Deputy head of the team"),
        "member": N_("Member of the team"),
        "secretary": N_("Secretary of the team"),
        "good": N_("Good"),
        "satisfactory": N_("Satisfactory"),
        "weak": N_("Weak"),
        "upheld": N_("Upheld"),
        "rejected": N_("Rejected"),
        "withdrawn": N_("Withdrawn by decision"),
        "partly": N_("Partly"),
        "yes": N_("Fulfilled"),
        "no": N_("Not fulfilled"),
        "partial": N_("Fulfilled in part"),
        "na": N_("Not applicable here"),
        "conformity": N_("Conformity"),
        "good_practice": N_("Good practice"),
        "major_nc": N_("Major nonconformity (class)"),
        "minor_nc": N_("Minor nonconformity (class)"),
        "observation": N_("Observation"),
        "opportunity": N_("Opportunity for improvement"),
        "confirmed": N_("Confirmed"),
        "contradicted": N_("Contradicted"),
        "unverifiable": N_("Cannot be verified"),
        "normal": N_("Normal"),
        "priority": N_("Priority"),
        "fix": N_("Fix it"),
        "redeclare": N_("Declare anew"),
        "update_procedure": N_("Update procedures"),
        "train": N_("Train staff"),
        "resource": N_("Provide resources"),
        "law_change": N_("Propose a change of the law"),
        "addressee": N_("The addressee"),
        "issuer": N_("The issuing body"),
        "part": N_("In part"),
        "whole": N_("As a whole"),
        "reported": N_("As reported"),
        "verified": N_("Verified"),
        "at_least": N_("At least"),
        "at_most": N_("At most"),
        "central": N_("Central"),
        "province": N_("Province level"),
        "district": N_("District level"),
        "commune": N_("Commune level"),
        "mandatory": N_("Mandatory"),
        "encouraged": N_("Encouraged"),
        "voluntary": N_("Voluntary"),
        "exempt": N_("Exempt"),
        "ministry": N_("Ministry"),
        "ministerial_agency": N_("Ministerial-level agency"),
        "government_agency": N_("Government agency"),
        "provincial_pc": N_("Provincial People's Committee"),
        "provincial_department": N_("Provincial department"),
        "sub_department": N_("Sub-department"),
        "district_pc": N_("District People's Committee"),
        "district_division": N_("District division"),
        "commune_pc": N_("Commune People's Committee"),
        "vertical_local": N_("Local agency of a vertical line"),
        "public_unit": N_("Public service unit"),
        "voluntary_other": N_("Other agency, voluntary"),
        "nc": N_("Nonconformity"),
        "action": N_("Action"),
        "declaration": N_("Declaration"),
        "procedure": N_("Procedure"),
        "recommendation": N_("Recommendation"),
        "target": N_("Target"),
        "report_duty": N_("Duty to report"),
        "highest_risk": N_("Highest risk"),
        "must_pick": N_("Must be picked"),
        "random": N_("Drawn at random"),
        "capacity_used": N_("Capacity is used up"),
        "not_live": N_("Exists no more"),
        "other_body_near": N_("Another body checks it near that time"),
        "territory_full": N_("Enough in this territory"),
    },
    "reorganisation": {
        "planned": N_("Planned"),
        "announced": N_("Announced"),
        "effective": N_("In effect"),
        "settled": N_("Settled"),
        "cancelled": N_("Cancelled"),
    },
    "obligation_state": {
        "left": N_("Left"),
        "inherited": N_("Inherited"),
        "lapsed": N_("Lapsed by decision"),
        "closed": N_("Closed meanwhile"),
    },
    "praise": {"good_practice": N_("Good practices"), "commendation": N_("Commendations")},
    "commendation": {
        "certificate_of_merit": N_("Certificate of merit"),
        "certificate": N_("Certificate"),
        "emulation_flag": N_("Emulation flag"),
        "letter": N_("Letter of commendation"),
        "other": N_("Other form"),
    },
    "law_state": {"stale": N_("Stale"), "overdue": N_("Past the due day"), "updated": N_("Brought up to date")},
    "tracking": {
        "on_track": N_("On track"),
        "at_risk": N_("At risk"),
        "off_track": N_("Off track"),
        "unknown": N_("Not measurable"),
    },
    "visit": {"audit": N_("Audit"), "inspection": N_("Check")},
    "service": {
        "documents": N_("Documents"),
        "audit": N_("Audit"),
        "inspection": N_("Inspection and registry"),
        "notify": N_("Alerts"),
    },
}


def label(group: str, code: str | None) -> str:
    """Return the message id of a code; a code that has no word is shown as it is."""
    if code is None:
        return ""
    return LABELS.get(group, {}).get(code, code.replace("_", " "))

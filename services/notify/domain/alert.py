"""The alert (cảnh báo): opened by a rule, taken up or put off by people, ended by itself.

Owns what may happen to an alert in which state. Does not know when a rule's condition holds
(`rule`, `evaluators`), nor who is told (`services.notify.deliveries`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shared import clock
from shared.eventsourcing import ACCEPT, Aggregate, Decision, Fact, Reference, Refusal, refuse
from shared.eventsourcing.transitions import Moves, check_move, move

#: From the least to the most urgent.
SEVERITIES = ("info", "warning", "serious", "critical")
#: Longest pause, days (an alert that may wait longer is no alert).
LONGEST_SNOOZE = 30

_LIVE = ("opened", "acknowledged", "in_handling", "snoozed")
#: States in which somebody has taken it up.
TAKEN_UP = ("acknowledged", "in_handling")
MOVES = Moves(
    "cảnh báo",
    "alert",
    {
        "opened": move(to="opened"),
        "repeated": move(*_LIVE),
        "severity_raised": move(*_LIVE),
        "acknowledged": move("opened", "snoozed", to="acknowledged"),
        "progressed": move(*TAKEN_UP, to="in_handling"),
        "escalated": move(*_LIVE, to="opened"),
        "snoozed": move(*_LIVE, to="snoozed"),
        "suppressed": move(*_LIVE),
        "released": move(*_LIVE),
        "resolved": move(*_LIVE, to="resolved"),
        "reopened": move("resolved", to="opened"),
        "closed": move("resolved", to="closed"),
    },
    {
        "opened": "đang mở",
        "acknowledged": "đã tiếp nhận",
        "in_handling": "đang xử lý",
        "snoozed": "tạm hoãn",
        "resolved": "đã kết thúc",
        "closed": "đã đóng",
    },
)


@dataclass(slots=True)
class AlertState:
    """What the log says of one alert."""

    #: `opened`, `acknowledged`, `in_handling`, `snoozed`, `resolved` or `closed`.
    status: str
    rule: str
    rule_version: int
    key: str
    severity: str
    #: `auto`: it ends when its condition is gone; `manual`: by decision.
    clearing: str
    #: Day since which the condition holds, ISO 8601.
    opened_on: str
    count: int = 1
    #: Level of escalation reached; 0 is the first recipients.
    level: int = 0
    #: `staff` or the agency that took it up.
    acknowledged_by: str = ""
    #: Last day of the pause, ISO 8601; empty when not put off.
    snoozed_until: str = ""
    resolved_how: str = ""
    #: Last day of the end, ISO 8601; empty while it is open.
    resolved_on: str = ""
    #: Days after its end within which it may be opened again.
    reopen_days: int = 3650
    #: Levels of escalation that there are; None: not known.
    levels: int | None = None
    #: Day on which escalation goes on although it was taken up; empty: never.
    escalates_on: str = ""
    #: `alert` or `silence` that keeps it quiet, and its id; empty: nothing does.
    suppressed_by: str = ""
    suppressed_ref: str = ""


def effective_status(state: AlertState, day: int) -> str:
    """Return the status on a day: a pause that has run out leaves the alert open again, whoever had it in hand before."""
    if state.status == "snoozed" and clock.day_of(state.snoozed_until) < day:
        return "opened"
    return state.status


def _raised(state: AlertState, fact: Fact) -> Decision:
    if SEVERITIES.index(fact.data["to"]) > SEVERITIES.index(state.severity):
        return ACCEPT
    return refuse(
        "SEVERITY_NOT_HIGHER",
        f"Mức độ mới phải cao hơn mức độ hiện tại ({state.severity}).",
        f"The new severity must be above the present one ({state.severity}).",
        "/data/to",
    )


def _escalated(state: AlertState, fact: Fact) -> Decision:
    status = effective_status(state, fact.day)
    if status in TAKEN_UP and not _has_stalled(state, fact):
        return refuse(
            "ACKNOWLEDGED_IN_TIME",
            "Cảnh báo đã được tiếp nhận, chưa đến thời hạn chuyển lên cấp trên"
            + (f" (ngày {state.escalates_on})." if state.escalates_on else "."),
            "The alert was taken up and escalates no further"
            + (f" before {state.escalates_on}." if state.escalates_on else "."),
            "/type",
        )
    if state.suppressed_by:
        return refuse(
            "ALERT_IS_SUPPRESSED",
            "Cảnh báo đang tạm ngừng thông báo nên không chuyển lên cấp trên.",
            "The alert is kept quiet; it does not escalate meanwhile.",
            "/type",
        )
    if status == "snoozed":
        return refuse(
            "ALERT_IS_SNOOZED",
            f"Cảnh báo đang tạm hoãn đến hết ngày {state.snoozed_until}.",
            f"The alert is put off until the end of {state.snoozed_until}.",
            "/type",
        )
    if state.levels is not None and fact.data["level"] > state.levels:
        return refuse(
            "TOP_LEVEL_REACHED",
            f"Cảnh báo đã ở cấp cao nhất (cấp {state.levels}).",
            f"The alert is at the top already (level {state.levels}).",
            "/data/level",
        )
    if fact.data["level"] > state.level:
        return ACCEPT
    return refuse(
        "LEVEL_ALREADY_REACHED",
        f"Cảnh báo đã chuyển đến cấp {state.level}.",
        f"The alert has already reached level {state.level}.",
        "/data/level",
    )


def _has_stalled(state: AlertState, fact: Fact) -> bool:
    return bool(state.escalates_on) and fact.day >= clock.day_of(state.escalates_on)


def _suppressed(state: AlertState, _fact: Fact) -> Decision:
    if not state.suppressed_by:
        return ACCEPT
    return refuse(
        "ALREADY_SUPPRESSED",
        f"Cảnh báo đã tạm ngừng thông báo do {state.suppressed_ref}.",
        f"The alert is kept quiet already by {state.suppressed_ref}.",
    )


def _released(state: AlertState, _fact: Fact) -> Decision:
    if state.suppressed_by:
        return ACCEPT
    return refuse(
        "NOT_SUPPRESSED", "Cảnh báo không ở trạng thái tạm ngừng thông báo.", "Nothing keeps the alert quiet."
    )


def _reopened(state: AlertState, fact: Fact) -> Decision:
    if not state.resolved_on or fact.day - clock.day_of(state.resolved_on) <= state.reopen_days:
        return ACCEPT
    return refuse(
        "REOPENING_TOO_LATE",
        f"Chỉ được mở lại cảnh báo trong {state.reopen_days} ngày sau khi kết thúc; hãy tạo cảnh báo mới.",
        f"An alert can be opened again within {state.reopen_days} days of its end; open a new one.",
        "/time",
    )


def _snoozed(state: AlertState, fact: Fact) -> Decision:
    if state.severity == "critical":
        return refuse(
            "CRITICAL_CANNOT_BE_SNOOZED",
            "Không được tạm hoãn cảnh báo ở mức nghiêm trọng nhất. Hãy tiếp nhận cảnh báo và xử lý.",
            "A critical alert cannot be put off. Acknowledge it and act.",
        )
    until = clock.day_of(fact.data["until"])
    if until > fact.day + LONGEST_SNOOZE:
        return refuse(
            "SNOOZE_TOO_LONG",
            f"Chỉ được tạm hoãn tối đa {LONGEST_SNOOZE} ngày, đến hết ngày {_date(fact.day + LONGEST_SNOOZE)}.",
            f"An alert can be put off for {LONGEST_SNOOZE} days at most, until {_date(fact.day + LONGEST_SNOOZE)}.",
            "/data/until",
        )
    if until < fact.day:
        return refuse(
            "SNOOZE_IN_THE_PAST",
            "Ngày cuối tạm hoãn không được trước ngày thực hiện.",
            "The last day of the pause must not lie in the past.",
            "/data/until",
        )
    return ACCEPT


def _resolved(state: AlertState, fact: Fact) -> Decision:
    if fact.data["how"] == "auto" or state.clearing == "manual":
        return ACCEPT
    return refuse(
        "CONDITION_STILL_HOLDS",
        "Điều kiện cảnh báo vẫn còn, cảnh báo sẽ tự kết thúc khi điều kiện không còn. "
        f"Nếu cần thời gian, hãy tạm hoãn (tối đa {LONGEST_SNOOZE} ngày) kèm lý do.",
        "The condition still holds; the alert ends by itself when it is gone. "
        f"To gain time, snooze it (at most {LONGEST_SNOOZE} days) and give the reason.",
    )


_RULES: Mapping[str, Callable[[AlertState, Fact], Decision]] = {
    "severity_raised": _raised,
    "escalated": _escalated,
    "snoozed": _snoozed,
    "resolved": _resolved,
    "suppressed": _suppressed,
    "released": _released,
    "reopened": _reopened,
}


def decide(state: AlertState | None, fact: Fact, _related: Mapping[Reference, Any]) -> Decision:
    """Return whether the event may happen to the alert (domain model, notify service)."""
    refusal: Refusal | None = check_move(MOVES, state.status if state else None, fact)
    if refusal is not None or state is None:
        return refusal or ACCEPT
    rule = _RULES.get(fact.name)
    return rule(state, fact) if rule else ACCEPT


def _open(fact: Fact) -> AlertState:
    data = fact.data
    return AlertState(
        status="opened",
        rule=data["rule"],
        rule_version=data["rule_version"],
        key=data["key"],
        severity=data["severity"],
        clearing=data["clearing"],
        opened_on=data["opened_on"],
        count=data["count"],
        reopen_days=data.get("reopen_days", 3650),
        levels=data.get("levels"),
    )


def _on_repeated(state: AlertState, fact: Fact) -> None:
    state.count = fact.data["count"]


def _on_raised(state: AlertState, fact: Fact) -> None:
    state.severity = fact.data["to"]
    if state.severity == "critical" and state.status == "snoozed":
        state.status, state.snoozed_until = "opened", ""


def _on_acknowledged(state: AlertState, fact: Fact) -> None:
    state.acknowledged_by, state.snoozed_until = fact.data["by"], ""
    state.escalates_on = fact.data.get("escalates_on", "")


def _on_progressed(state: AlertState, fact: Fact) -> None:
    state.escalates_on = fact.data.get("escalates_on", "")


def _on_escalated(state: AlertState, fact: Fact) -> None:
    state.level, state.snoozed_until = fact.data["level"], ""
    state.acknowledged_by, state.escalates_on = "", ""


def _on_suppressed(state: AlertState, fact: Fact) -> None:
    state.suppressed_by, state.suppressed_ref = fact.data["by"], fact.data["ref"]


def _on_released(state: AlertState, _fact: Fact) -> None:
    state.suppressed_by, state.suppressed_ref = "", ""


def _on_snoozed(state: AlertState, fact: Fact) -> None:
    state.snoozed_until = fact.data["until"]
    # Whoever puts it off does not have it in hand: after the pause it is as open as before anybody took it up.
    state.acknowledged_by, state.escalates_on = "", ""


def _on_resolved(state: AlertState, fact: Fact) -> None:
    state.resolved_how, state.snoozed_until, state.escalates_on = fact.data["how"], "", ""
    state.resolved_on = clock.to_date(fact.day).isoformat()
    state.suppressed_by, state.suppressed_ref = "", ""


def _on_reopened(state: AlertState, fact: Fact) -> None:
    state.severity, state.count = fact.data["severity"], fact.data["count"]
    state.level, state.acknowledged_by, state.resolved_how, state.resolved_on = 0, "", "", ""


_CHANGES: Mapping[str, Callable[[AlertState, Fact], None]] = {
    "repeated": _on_repeated,
    "severity_raised": _on_raised,
    "acknowledged": _on_acknowledged,
    "progressed": _on_progressed,
    "suppressed": _on_suppressed,
    "released": _on_released,
    "escalated": _on_escalated,
    "snoozed": _on_snoozed,
    "resolved": _on_resolved,
    "reopened": _on_reopened,
}


def evolve(state: AlertState | None, fact: Fact) -> AlertState:
    """Return the alert after the event."""
    if state is None:
        return _open(fact)
    state.status = MOVES.after(state.status, fact.name)
    change = _CHANGES.get(fact.name)
    if change:
        change(state, fact)
    return state


def _date(day: int) -> str:
    return clock.to_date(day).isoformat()


AGGREGATE: Aggregate[AlertState] = Aggregate(
    name="alert", state_type=AlertState, opens=frozenset({"opened"}), decide=decide, evolve=evolve
)

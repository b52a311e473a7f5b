"""A small country for the pages: events of all four logs, applied by the real views."""

from __future__ import annotations

from services.inspection import geography
from services.inspection.accounts.tables import METADATA as ACCOUNTS
from services.inspection.projections import OversightViews
from shared import clock
from shared.database.engine import Database
from shared.database.schema import ensure_tables
from shared.eventstore.tables import KERNEL, subscriptions
from shared.testing.recorded import RecordedLogs

#: The present of the pages under test.
NOW = clock.from_rfc3339("2026-11-22T14:05:09.123456+07:00")
DEPARTMENT = "so-khcn-92"
_DECREE = "61/2018/NĐ-CP|Chính phủ|2018-04-23"


def build_country(database: Database, *, empty: bool = False) -> None:
    """Fill the views of an empty database with the small country, or with nothing."""
    logs = RecordedLogs()
    if empty:
        _apply(database, logs)
        return
    _agencies(logs)
    _declarations(logs)
    _procedures(logs)
    _audits(logs)
    _plans_of_audits(logs)
    _actions(logs)
    _alerts(logs)
    _targets(logs)
    _apply(database, logs)


def _agencies(logs: RecordedLogs) -> None:
    logs.agency("bo-khcn", kind="ministry", level="central", name_vi="Bộ Khoa học và Công nghệ")
    for unit in geography.provinces(clock.day_of("2026-01-01")):
        code = unit.code[1:]
        where = {"admin_unit_code": unit.code, "level": "province", "since": "2008-01-01"}
        logs.agency(f"ubnd-{code}", kind="provincial_pc", name_vi=f"Ủy ban nhân dân {_lower(unit.name)}", **where)
        for short, name in (("khcn", "Khoa học và Công nghệ"), ("nv", "Nội vụ")):
            logs.agency(
                f"so-{short}-{code}",
                kind="provincial_department",
                name_vi=f"Sở {name} {_lower(unit.name)}",
                parent_id=f"ubnd-{code}",
                **({"sector_parent_id": "bo-khcn"} if short == "khcn" else {}),
                **where,
            )
    logs.agency(
        "cc-tdc-92",
        kind="sub_department",
        level="province",
        name_vi="Chi cục Tiêu chuẩn Đo lường Chất lượng <b>Cần Thơ</b>",
        parent_id=DEPARTMENT,
        admin_unit_code="P92",
        since="2009-05-01",
    )


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]


def _provinces() -> list[str]:
    return [unit.code[1:] for unit in geography.provinces(clock.day_of("2026-01-01"))]


def _declarations(logs: RecordedLogs) -> None:
    declared = {"declared_on": "2024-02-27", "standard_version": "TCVN ISO 9001:2015", "decision_no": "112/QĐ-SKHCN"}
    for number, code in enumerate(_provinces()):
        source = f"so-khcn-{code}"
        plan = {"plan_no": f"{number}/KH-UBND", "approved_on": "2023-03-01"}
        if number % 9:
            logs.add("declaration.plan_approved", f"ubnd-{code}", "iso", plan, on="2023-03-01")
        logs.add("declaration.building_started", source, "iso", {}, on="2023-04-01")
        if number % 4:
            logs.add("declaration.applied", source, "iso", {}, on="2023-09-01")
        if number % 4 > 1:
            logs.add("declaration.declared", source, "iso", {**declared, "signed_by": "head"}, on="2024-02-27")


def _procedures(logs: RecordedLogs) -> None:
    text = {"number": "61/2018/NĐ-CP", "issuer": "Chính phủ", "issued_on": "2018-04-23", "kind": "nghị định"}
    text["title"] = "Nghị định về thực hiện cơ chế một cửa, một cửa liên thông trong giải quyết thủ tục hành chính"
    logs.add("legal_text.registered", "bo-khcn", _DECREE, text, on="2018-04-23")
    change = logs.add(
        "legal_text.amended",
        "bo-khcn",
        _DECREE,
        {"by": "118/2025/NĐ-CP", "effective_from": "2026-09-01"},
        on="2026-07-10",
    )
    for number, code in enumerate(_provinces()):
        entry = {"name": "Công bố sử dụng dấu định lượng", "levels": ["province"], "effective_from": "2020-01-01"}
        logs.add("tthc.published", f"ubnd-{code}", f"2.{code}", entry, on="2020-01-01")
        for place in range(3):
            _procedure(logs, f"so-khcn-{code}", f"QT-{place + 1:02}", f"2.{code}" if place == 0 else None)
            if (number + place) % 5 == 0:
                flag = {"legal_text_id": _DECREE, "cause": "amended", "announced_on": "2026-07-10"}
                flag |= {"since": "2026-09-01", "due_on": "2026-10-01"}
                flag["change"] = {"source": change.source, "id": change.event_id}
                source = f"so-khcn-{code}"
                logs.add(
                    "procedure.flagged_stale", source, f"QT-{place + 1:02}", flag, on="2026-09-02", provenance="derived"
                )


def _procedure(logs: RecordedLogs, source: str, subject: str, tthc: str | None) -> None:
    kind = {"kind": "tthc", "tthc_code": tthc} if tthc else {"kind": "internal"}
    drafted = {"code": subject, "title": "Quy trình công bố sử dụng dấu định lượng", **kind}
    logs.add("procedure.drafted", source, subject, drafted, on="2024-01-10")
    issued = {"edition": 1, "revision": 0, "effective_from": "2024-03-01", "regulated_days": 20, "committed_days": 15}
    logs.add("procedure.issued", source, subject, issued, on="2024-02-20")


def _audits(logs: RecordedLogs) -> None:
    grades = {
        "class": "major_nc",
        "clause": "8.5.1",
        "statement": "Không kiểm soát phiên bản biểu mẫu tại bộ phận một cửa",
    }
    logs.add(
        "nonconformity.raised",
        DEPARTMENT,
        "KPH-2026-012",
        {**grades, "raised_on": "2026-09-03"},
        on="2026-09-03",
        provenance="inspected",
    )
    for number, code in enumerate(_provinces()):
        counts = {
            "received": 1200,
            "opening": 40,
            "resolved_early": 900,
            "resolved_on_time": 260 - number,
            "resolved_late": number,
        }
        counts |= {"pending_in_time": 78, "pending_overdue": 2, "period": "2026-06"}
        logs.add("dossier_stats.submitted", f"so-khcn-{code}", "2026-06", counts, on="2026-07-03")


def _plans_of_audits(logs: RecordedLogs) -> None:
    for number, code in enumerate(_provinces()):
        source = f"so-khcn-{code}"
        plan = {"kind": "internal", "planned_from": "2026-04-01", "planned_to": "2026-04-10"}
        logs.add("audit.planned", source, "DG-2026", plan, on="2026-02-01")
        if number % 5:
            logs.add("audit.completed", source, "DG-2026", {"completed_on": "2026-04-12"}, on="2026-04-12")


def _actions(logs: RecordedLogs) -> None:
    for number, code in enumerate(_provinces()):
        planned = {
            "source": "improvement",
            "type": "improvement",
            "owner": "van-thu",
            "what": "Rà soát, thu hồi biểu mẫu cũ",
        }
        planned["due_on"] = "2026-11-10" if number % 3 == 0 else "2026-12-20"
        logs.add("action.planned", f"so-khcn-{code}", "HD-03", planned, on="2026-09-10")
    moved = {"from": "2026-11-10", "to": "2026-11-15", "reason": "Chờ kinh phí"}
    logs.add("action.due_changed", "so-khcn-01", "HD-03", moved, on="2026-11-01")


def _alerts(logs: RecordedLogs) -> None:
    for number, (severity, rule) in enumerate((("critical", "A2"), ("serious", "A1"), ("warning", "A3"))):
        data = {"rule": rule, "severity": severity, "facts": [], "opened_on": "2026-11-12"}
        data["subject"] = {"aggregate": "action", "source": DEPARTMENT, "id": "HD-03"}
        logs.add("alert.opened", DEPARTMENT, f"al-{number}", data, on=f"2026-11-1{number + 1}", provenance="derived")


def _targets(logs: RecordedLogs) -> None:
    for subject, title, value in (
        ("CT-01", "Cơ quan công bố phù hợp", 0.95),
        ("CT-02", "Cơ quan công bố bước đầu", 0.1),
    ):
        told = {"title": title, "scope": {"obligation": "mandatory"}, "metric": "I2", "comparator": "at_least"}
        told |= {"baseline": 0.05, "milestones": [{"date": "2026-12-31", "value": value}], "set_on": "2024-01-10"}
        logs.add("target.set", "bo-khcn", subject, told, on="2024-01-10")


def _apply(database: Database, logs: RecordedLogs) -> None:
    consumer = OversightViews()

    def work(connection) -> None:
        ensure_tables(connection, KERNEL)
        ensure_tables(connection, consumer.tables)
        ensure_tables(connection, ACCOUNTS)
        for service in consumer.sources:
            consumer.apply(connection, logs.of(service))
            row = {"consumer": consumer.name, "version": consumer.version, "source": service, "partition": 0}
            row |= {"epoch": "e", "position": len(logs.of(service)), "recorded_at": NOW}
            connection.execute(subscriptions.insert(), [row])

    database.write(work)

"""A second province of the running system, for the stories of the rooms: what each room is about happens here.

Apart from `people.py`, so that what one story does in its room changes no number that another one counts.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from shared.contracts.catalogue import load
from shared.testing.running_system import RunningSystem, agency, event, province, unique
from tests.browser.people import TODAY, open_account, sign_in_as

#: Years of the programmes; the first is chosen by risk, the second is made joint with the visit of another body.
CHOSEN, JOINT = TODAY.year + 1, TODAY.year + 2
REPORT = "qd19-year.1:2025"
_STEPS = [{"no": 1, "title": "Tiếp nhận hồ sơ", "role": "Công chức bộ phận một cửa"}]


class Land:
    """A province with a body that inspects, three communes, a ministry beside it, and two agencies that merge."""

    def __init__(self, system: RunningSystem) -> None:
        """Register all, record what the rooms show, and wait until the views show it."""
        self.system = system
        self._sessions: dict[str, list[Any]] = {}
        self.top, self.body, self.ministry, self.old, self.new = map(unique, ("dat", "so", "bo", "ban-cu", "ban-moi"))
        self.communes = [unique("xa") for _ in range(3)]
        self.law, self.amending = self._text("đầu"), self._text("sửa")
        self.reform, self.visit, self.cancelled = unique("sx"), unique("kt"), unique("kt")
        department = {"kind": "provincial_department", "level": "province"}
        system.accept(
            agency(self.ministry, kind="ministry", level="central", inspection_rights=True),
            province(self.top, name_vi=f"Ủy ban nhân dân {self.top}", admin_unit_code="P20", valid_from="2025-07-01"),
            *(agency(one, self.top, **department, valid_from="2025-07-01") for one in (self.old, self.new)),
            agency(
                self.body,
                self.top,
                name_vi="Sở Khoa học và Công nghệ Đồng Lộc",
                inspection_rights=True,
                valid_from="2025-07-01",
                **department,
            ),
            *(
                agency(one, self.top, name_vi=f"Ủy ban nhân dân xã {name}", valid_from="2025-07-01")
                for one, name in zip(self.communes, ("Đồng Văn", "Đắk Mil", "Đường Hoa"), strict=True)
            ),
        )
        system.accept(*self._visits(), *self._reports(), *self._merger(), *self._praise(), *self._legal_change())
        self.inspector = open_account(system, "ministry_inspector")
        self.officer = open_account(system, "agency_officer", self.communes[0])
        system.settle()

    @staticmethod
    def _text(name: str) -> str:
        return f"{unique(name)}/NĐ-CP|Chính phủ|2025-08-10"

    def _visits(self) -> list[dict]:
        """Return a visit of the ministry that a programme can join, and one that was called off."""
        planned = {"agency_id": self.communes[0], "mode": "on_site", "kind": "planned", "person_days": 5}
        window = {"from": f"{JOINT}-05-10", "to": f"{JOINT}-05-12"}
        entry = {"agency_id": self.communes[0], "mode": "on_site", "quarter": 2, "person_days": 6}
        drafted = {"year": JOINT, "capacity_days": 30, "legal_basis": "Quyết định 19/2014/QĐ-TTg"}
        programme = f"programme-{JOINT}"
        off = {"agency_id": self.communes[1], "mode": "on_site", "kind": "unplanned"}
        return [
            event("inspection.planned", self.ministry, self.visit, {**planned, "window": window}),
            event("inspection_programme.drafted", self.body, programme, drafted),
            event(
                "inspection_programme.entry_added",
                self.body,
                programme,
                {**entry, "reason": "Chỉ đạo", "by": "giam-doc"},
            ),
            event(
                "inspection.planned",
                self.body,
                self.cancelled,
                {**off, "window": {"from": "2026-03-10", "to": "2026-03-12"}},
                on="2026-03-01",
            ),
            event("inspection.cancelled", self.body, self.cancelled, {"reason": "Hoãn"}, on="2026-03-20"),
        ]

    def _reports(self) -> list[dict]:
        """Return what two communes owe the body, and the body itself."""
        first, second = self.communes[:2]
        opened = {"template_version": "qd19-year.1", "period": "2025", "due_on": "2026-01-31"}
        owed = {**opened, "receiver": self.body}
        held = {**load()["qms.training.held"].example, "held_on": "2025-09-10"}
        return [
            event("training.held", first, unique("th"), held, on="2025-09-10"),
            event("periodic_report.opened", self.body, REPORT, opened, on="2026-01-05"),
            *(
                event("periodic_report.opened", self.body, REPORT, {**owed, "agency_id": one}, on="2026-01-05")
                for one in (first, second)
            ),
        ]

    def _merger(self) -> list[dict]:
        """Return how one agency took the place of another that had three actions open."""
        planned = {"source": "improvement", "type": "improvement", "owner": "van-thu", "what": "Rà soát biểu mẫu"}
        merged = {"sources": [self.old], "target": self.new, "effective": "2026-03-01", "legal_basis": "1/NQ"}
        link = {"old": self.old, "new": self.new, "share": "whole", "is_default": True}
        named = {"name_vi": "Hợp nhất ban", "effective_on": "2026-03-01"}
        return [
            *(
                event("action.planned", self.old, f"HD-{number}", {**planned, "due_on": "2026-12-20"}, on="2026-01-10")
                for number in range(3)
            ),
            event("reorganisation.planned", self.top, self.reform, named, on="2026-02-01"),
            event("reorganisation.mapped", self.top, self.reform, {"links": [link]}, on="2026-02-02"),
            event("reorganisation.announced", self.top, self.reform, {"announced_on": "2026-02-03"}, on="2026-02-03"),
            event("agency.merged", self.new, self.new, merged, on="2026-03-01"),
            event("reorganisation.took_effect", self.top, self.reform, {"effective": "2026-03-01"}, on="2026-03-01"),
        ]

    def _praise(self) -> list[dict]:
        shared = {"title": "Nhắc hạn hồ sơ qua tin nhắn", "fields_of_activity": ["Đất đai"], "shared_on": "2026-02-10"}
        merit = {"by": "Bộ Khoa học và Công nghệ", "decision_no": "808/QĐ-BKHCN", "ground": "Áp dụng tốt"}
        return [
            event("good_practice.shared", self.communes[1], unique("clh"), shared, on="2026-02-10"),
            event(
                "commendation.awarded", self.communes[2], unique("kt"), {**merit, "awarded_on": "2026-04-16"},
                on="2026-04-16",
            ),
        ]  # fmt: skip

    def _legal_change(self) -> list[dict]:
        """Return a decree that a procedure of two communes rests on, and the one that amends it."""
        procedure = {"state_since": "2025-10-10", "code": "QT-07", "kind": "internal", "status": "in_force"}
        procedure |= {"edition": 1, "revision": 1, "effective_from": "2025-10-10", "steps": _STEPS}
        procedure |= {"title": "Quy trình giải quyết thủ tục"}
        procedure |= {"legal_basis": [{"legal_text_id": self.law, "articles": ["Điều 5"]}]}
        return [
            *(self._registered(one) for one in (self.law, self.amending)),
            *(
                event("procedure.baselined", one, "QT-07", procedure, on="2025-10-10", provenance="imported")
                for one in self.communes[:2]
            ),
            event(
                "legal_text.amended",
                self.ministry,
                self.law,
                {"by": self.amending, "announced_on": "2026-02-01", "effective_from": "2026-03-01"},
                on="2026-02-01",
            ),
        ]

    def _registered(self, key: str) -> dict:
        number, issuer, issued_on = key.split("|")
        told = {"number": number, "issuer": issuer, "issued_on": issued_on, "doc_type": "Nghị định"}
        told |= {"title": f"Về cơ chế một cửa ({number})", "effective_from": "2025-09-01"}
        return event("legal_text.registered", self.ministry, key, told, on="2025-08-10")

    def enter(self, page: Page, name: str, path: str) -> None:
        """Open a page as the holder of an account: through the form the first time, with the same session afterwards."""
        if name in self._sessions:
            page.context.clear_cookies()
            page.context.add_cookies(self._sessions[name])
            page.goto(self.system.url + path)
            return
        sign_in_as(page, self.system, name, path)
        self._sessions[name] = page.context.cookies()

    @staticmethod
    def unknown_action(source: str, number: int) -> dict:
        """Return what is told of an action that nobody planned."""
        return event("action.done", source, f"KHONG-CO-{number}", {"done_on": "2026-02-01"}, on="2026-02-01")

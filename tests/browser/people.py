"""A province of the running system, the people who look after it, and what they do on the pages."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from shared import clock
from shared.contracts.catalogue import load
from shared.testing.running_system import RunningSystem, agency, event, province, unique

PASSWORD = "mật khẩu để kiểm thử"
TODAY = clock.to_date(clock.vietnam_day(clock.now()))
#: Where pictures of the stories are kept; written anew by each run, and no part of the repository.
SCREENSHOTS = Path(__file__).resolve().parents[2] / ".oversight" / "screenshots"
_SINCE = "2025-07-01"
_REVIEWED = {"role": "officer", "part_time": True, "trained": True, "appointed_on": "2026-01-05"}


def day(offset: int) -> str:
    """Return a day from today on, as it is typed in."""
    return (TODAY + timedelta(days=offset)).strftime("%d/%m/%Y")


def keep(page: Page, name: str) -> None:
    """Keep a picture of the whole page."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


def fill_form(page: Page, **fields: str) -> None:
    """Fill the fields of a form by their names (`__` for a dot), choosing where there is a choice."""
    for details in page.locator("main form details").all():
        details.evaluate("element => { element.open = true }")
    for path, value in fields.items():
        field = page.locator(f'[name="{path.replace("__", ".").replace("class_", "class")}"]')
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def record(page: Page, step: str, **fields: str) -> None:
    """Choose what follows, fill its form, record it, and come back to the case."""
    page.get_by_role("link", name=step, exact=True).first.click()
    fill_form(page, **fields)
    page.get_by_role("button", name="Ghi nhận").click()
    expect(page.get_by_role("alert")).to_have_count(0)


def open_account(
    system: RunningSystem,
    role: str,
    agency_id: str | None = None,
    *,
    subject: str | None = None,
    oversees: str | None = None,
) -> str:
    """Create an account with the password, or with an identity elsewhere, and return its name."""
    name = unique(role)
    way = {"subject": subject} if subject else {"password": PASSWORD}
    body = {"name": name, "role": role, "agency_id": agency_id, "oversees": oversees, **way}
    answer = system.request("POST", "/v1/accounts", body=json.dumps(body).encode())
    assert answer.status == 201, answer.body
    return name


def sign_in_as(page: Page, system: RunningSystem, name: str, path: str = "/") -> None:
    """Sign in with an account, on the way to a page."""
    page.context.clear_cookies()
    page.goto(system.url + path)
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.wait_for_load_state()


class People:
    """Two provinces, agencies of the first one, and an account of each role."""

    def __init__(self, system: RunningSystem) -> None:
        """Register them, and wait until the views show them."""
        self.system = system
        self.province, self.body, self.commune, self.other = map(unique, ("tinh", "so", "xa", "xa-khac"))
        self.foreign, self.outside = unique("tinh-ngoai"), unique("xa-ngoai")
        since = {"valid_from": _SINCE}
        system.accept(
            province(self.province, name_vi=f"Ủy ban nhân dân {self.province}", admin_unit_code="P92", **since),
            province(self.foreign, admin_unit_code="P25", **since),
            agency(
                self.body,
                self.province,
                kind="provincial_department",
                level="province",
                inspection_rights=True,
                **since,
            ),
            agency(self.commune, self.province, name_vi="Ủy ban nhân dân xã Đông Á", **since),
            agency(self.other, self.province, name_vi="Ủy ban nhân dân xã Ái Quốc", **since),
            agency(self.outside, self.foreign, **since),
        )
        self.claim = event("focal_point.appointed", self.commune, "dau-moi", _REVIEWED, on="2026-01-05")
        declared = {"standard_version": "TCVN ISO 9001:2015", "decision_no": "12/QĐ-UBND", "declared_on": "2026-01-15"}
        declared |= {"scope_fields": ["Tư pháp"], "status": "declared", "state_since": "2026-01-15"}
        self.declaration = event(
            "declaration.baselined", self.commune, self.commune, declared, on="2026-01-15", provenance="imported"
        )
        raised = {"source": "self", "class": "major_nc", "clause": "8.5.1", "raised_on": "2026-02-02"}
        raised |= {"statement": "Không kiểm soát biểu mẫu", "standard_version": "TCVN ISO 9001:2015"}
        self.nonconformity = event("nonconformity.raised", self.other, "KPH-01", raised, on="2026-02-02")
        system.accept(self.claim, self.declaration, self.nonconformity, self.action(self.other, "HD-01", -3))
        self.names = {
            "ministry_inspector": open_account(system, "ministry_inspector"),
            "provincial_inspector": open_account(system, "provincial_inspector", self.province),
            "agency_officer": open_account(system, "agency_officer", self.commune),
            "operator": open_account(system, "operator"),
            "auditor": open_account(system, "auditor"),
        }
        self.places = self._records()
        system.settle()

    def _records(self) -> dict[str, str]:
        """Record a case of each kind, and return what names them in addresses."""
        catalogue, system = load(), self.system
        names = {one: unique(one) for one in ("inspection", "recommendation", "target", "reorganisation")}
        # Of the other commune: a story inspects the first, and two visits within thirty days are refused.
        planned = {"agency_id": self.other, "mode": "on_site", "kind": "unplanned"}
        planned |= {"window": {"from": TODAY.isoformat(), "to": TODAY.isoformat()}}
        advice = {"agency_id": self.other, "text": "Bổ sung phiếu hẹn", "priority": "normal", "kind": "fix"}
        advice |= {"due_on": (TODAY - timedelta(days=9)).isoformat()}
        aim = {**catalogue["qms.target.set"].example, "scope": {"territory": self.province}}
        year = str(TODAY.year)
        report = {"template_version": "qd19-year.1", "period": year, "due_on": TODAY.isoformat(), "tolerance": 0.05}
        drafted = {**catalogue["qms.inspection_programme.drafted"].example, "year": TODAY.year}
        reform = {**catalogue["qms.reorganisation.planned"].example, "effective_on": f"{TODAY.year + 1}-07-01"}
        yearly = f"qd19-year.1:{year}"
        refused = self.action(self.province, "HD-00", 3)
        refused["data"]["due_on"] = "hôm nào đó"
        system.accept(
            event("inspection.planned", self.body, names["inspection"], planned),
            event("recommendation.issued", self.body, names["recommendation"], advice),
            event("target.set", self.province, names["target"], aim, on="2026-01-05"),
            event("inspection_programme.drafted", self.body, f"programme-{year}", drafted),
            event("periodic_report.opened", self.body, yearly, {**report, "agency_id": self.commune}),
            event("periodic_report.opened", self.body, yearly, {**report, "receiver": self.province}),
            event("reorganisation.planned", self.province, names["reorganisation"], reform),
        )
        assert [one["status"] for one in system.push([refused])] == ["refused"]
        item = next(one for one in self.quarantine() if one["event_id"] == refused["id"])
        own = {"body": self.body, "province": self.province, "commune": self.commune, "year": year}
        return {**own, **names, "report": yearly, "claim": self.claim["id"], "item": item["id"]}

    def quarantine(self) -> list[dict]:
        """Return what was refused or waits."""
        return list(self.system.get("/v1/quarantine", limit=500).json["items"])

    @staticmethod
    def action(source: str, subject: str, due: int) -> dict:
        """Return the event of an action that is due so many days from today."""
        planned = {"source": "improvement", "type": "improvement", "what": "Rà soát biểu mẫu", "owner": "van-phong"}
        planned |= {"planned_on": "2026-01-05", "due_on": (TODAY + timedelta(days=due)).isoformat()}
        return event("action.planned", source, subject, planned, on="2026-01-05")

    def enter(self, page: Page, role: str, path: str = "/") -> None:
        """Sign in with the account of a role, on the way to a page."""
        sign_in_as(page, self.system, self.names[role], path)

    def row(self, indicator: str, **parameters: str) -> dict:
        """Return the only row of an indicator as the HTTP API answers it, of the province and all below it."""
        answer = self.system.get(f"/v1/indicators/{indicator}", **{"scope": self.province, **parameters})
        assert answer.status == 200, answer.body
        (row,) = answer.json["rows"]
        return dict(row)

"""How each kind of person comes in, and how far: against the running system and a real identity provider."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from shared.contracts.catalogue import load
from shared.testing.identity_provider import identity_provider
from shared.testing.running_system import BATCH, event, unique
from tests.browser.files import exported, of_csv, of_xlsx, row_of
from tests.browser.people import PASSWORD, People, day, fill_form, keep, open_account, sign_in_as

pytestmark = pytest.mark.browser

_ATTEMPTS = 5


def refusals(people: People, role: str) -> float:
    """Return how many accesses of a role were refused so far."""
    counted = people.system.request("GET", "/metrics").body.decode()
    found = re.search(rf'oversight_access_refused_total\{{role="{role}",service="inspection"\}} ([0-9.e+]+)', counted)
    return float(found[1]) if found else 0.0


def test_an_officer_sees_the_own_file_repairs_what_was_refused_and_looks_up_its_receipt(
    browser_page: Page, people: People
):
    page, system = browser_page, people.system
    left = {**load()["qms.focal_point.left"].example, "left_on": "2026-02-31"}
    wrong = event("focal_point.left", people.commune, "dau-moi", left, on="2026-03-01")
    foreign = event("focal_point.left", people.other, "dau-moi", left, on="2026-03-01")
    assert [one["status"] for one in system.push([wrong, foreign])] == ["refused", "refused"]
    people.enter(page, "agency_officer")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ủy ban nhân dân xã Đông Á")
    expect(page.locator(".timeline")).to_contain_text("dau-moi")
    page.goto(f"{system.url}/submissions")
    expect(page.locator("main")).not_to_contain_text(foreign["id"])
    keep(page, "submissions")
    page.get_by_role("row", name=wrong["id"]).get_by_role("link").click()
    text = page.get_by_label("Sự kiện", exact=True)
    text.fill(text.input_value().replace("2026-02-31", "2026-02-30"))
    page.get_by_role("button", name="Gửi bản đã sửa").click()
    expect(page.get_by_role("alert")).to_contain_text("Trường có vấn đề: Ngày thôi đảm nhiệm")
    text.fill(text.input_value().replace("2026-02-30", "2026-02-28"))
    keep(page, "repair")
    page.get_by_role("button", name="Gửi bản đã sửa").click()
    expect(page.get_by_role("status").first).to_contain_text("Mục đã được chấp nhận")
    expect(page.get_by_label("Cơ quan gửi (mã)")).to_have_value(people.commune)
    page.get_by_label("Mã sự kiện").fill(wrong["id"])
    page.get_by_role("button", name="Tra cứu").click()
    receipt = system.receipt(wrong).json
    expect(page.locator("dl.facts")).to_contain_text("Ủy ban nhân dân xã Đông Á")
    expect(page.locator("dl.facts")).to_contain_text(receipt["digest"])
    keep(page, "receipt")
    page.get_by_role("link", name="Sự kiện trong nhật ký").click()
    expect(page.locator("pre")).to_contain_text('"left_on": "2026-02-28"')
    assert page.url.endswith(f"/{receipt['position']}")
    second = event("focal_point.left", people.commune, "khong-co", {**left, "left_on": "2026-02-28"}, on="2026-03-01")
    assert [one["status"] for one in system.push([second])] == ["waiting"]
    page.goto(f"{system.url}/submissions?id={second['id']}")
    expect(page.locator("#receipt ~ .notice")).to_contain_text("Đang chờ")
    page.get_by_role("link", name="Sửa rồi gửi lại").click()
    expect(page.get_by_label("Sự kiện", exact=True)).to_have_value(re.compile("khong-co"))


def test_an_officer_sees_nothing_of_others_and_pushes_for_nobody_else(browser_page: Page, people: People):
    page, url = browser_page, people.system.url
    before = refusals(people, "agency_officer")
    people.enter(page, "agency_officer")
    for path in (f"/agencies/{people.other}", f"/agencies/{people.province}", "/agencies", "/work", "/health"):
        assert page.goto(url + path).status == 403, path
    expect(page.locator("main")).to_contain_text("đã được ghi lại")
    assert page.request.get(f"{url}/v1/agencies/{people.other}").status == 403
    assert refusals(people, "agency_officer") == before + 6
    written = (people.system.data / "logs" / "inspection.log").read_text(encoding="utf-8")
    assert f"role agency_officer, wanted {people.other}" in written
    assert people.names["agency_officer"] not in written
    found = {**load()["qms.nonconformity.raised"].example, "raised_on": "2026-03-02"}
    page.goto(f"{url}/agencies/{people.commune}")
    told = [event("nonconformity.raised", one, unique("kph"), found) for one in (people.commune, people.other)]
    token = page.locator("[name=form_token]").first.input_value()
    headers = {"X-Form-Token": token, "Content-Type": BATCH}
    taken, refused = page.request.post(f"{url}/v1/events", data=json.dumps(told), headers=headers).json()["results"]
    assert (taken["status"], taken["service"]) == ("accepted", "audit")
    assert (refused["status"], refused["code"]) == ("refused", "NOT_ENTITLED")


def test_a_provincial_inspector_sees_the_own_part_of_the_tree_and_every_attempt_beyond_is_kept(
    browser_page: Page, people: People
):
    page, url = browser_page, people.system.url
    people.enter(page, "provincial_inspector")
    expect(page.locator(".tile--count .tile__value")).to_have_text("4")
    keep(page, "board-of-a-province")
    page.goto(f"{url}/agencies")
    listed = [row[1] for row in of_xlsx(exported(page, "XLSX")) if len(row) > 1 and str(row[0]).startswith("Ủy ban")]
    assert set(listed) == {people.province, people.body, people.commune, people.other}
    before = refusals(people, "provincial_inspector")
    wanted = (
        f"/agencies/{people.outside}",
        f"/?scope={people.foreign}",
        f"/indicators/I2/explain?agency={people.outside}",
        f"/report?scope={people.foreign}",
        f"/act/qms.inspection.planned?agency_id={people.outside}&source={people.foreign}",
    )
    for path in wanted[:4]:
        assert page.goto(url + path).status == 403, path
    assert page.request.get(f"{url}/v1/agencies/{people.outside}").status == 403
    assert refusals(people, "provincial_inspector") == before + 5
    written = (people.system.data / "logs" / "inspection.log").read_text(encoding="utf-8")
    assert written.count(f"role provincial_inspector, wanted {people.outside}") >= 2


def test_an_inspector_of_the_department_oversees_its_province_acts_for_the_department_and_reaches_no_further(
    browser_page: Page, people: People
):
    page, system = browser_page, people.system
    for role, agency_id, oversees in (
        ("agency_officer", people.body, people.province),
        ("provincial_inspector", people.body, people.foreign),
        ("provincial_inspector", people.body, people.commune),
        ("provincial_inspector", people.commune, people.province),
        ("provincial_inspector", people.body, "khong-co"),
    ):
        wish = {"name": "khong-duoc", "role": role, "agency_id": agency_id, "oversees": oversees, "password": PASSWORD}
        answer = system.request("POST", "/v1/accounts", body=json.dumps(wish).encode())
        assert (answer.status, answer.json["pointer"]) == (422, "/oversees"), wish
    name = open_account(system, "provincial_inspector", people.body, oversees=people.province)
    before = refusals(people, "provincial_inspector")
    sign_in_as(page, system, name)
    expect(page.locator(".tile--count .tile__value")).to_have_text("4")
    keep(page, "board-of-a-department")
    page.goto(f"{system.url}/act/qms.recommendation.issued?agency_id={people.other}")
    expect(page.locator("[name=source]")).to_have_value(people.body)
    advice = {"text": "Niêm yết lại quyết định công bố", "priority": "normal", "kind": "fix", "due_on": day(30)}
    fill_form(page, **advice)
    page.get_by_role("button", name="Ghi nhận").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("đã ban hành")
    system.settle()
    recorded = system.get(f"/v1/agencies/{people.other}/timeline").json["events"]
    assert next(one for one in recorded if one["data"].get("text") == advice["text"])["asserter"] == people.body
    # It sees the commune, and says nothing in its name.
    token = page.locator("[name=form_token]").first.input_value()
    told = people.action(people.other, "HD-99", 10)
    headers = {"X-Form-Token": token, "Content-Type": BATCH}
    answer = page.request.post(f"{system.url}/v1/events", data=json.dumps([told]), headers=headers).json()
    assert [one["code"] for one in answer["results"]] == ["NOT_ENTITLED"]
    assert page.request.get(f"{system.url}/v1/alerts?agency={people.other}").status == 200
    for path in (f"/agencies/{people.outside}", f"/?scope={people.foreign}"):
        assert page.goto(system.url + path).status == 403, path
    assert page.request.get(f"{system.url}/v1/agencies/{people.outside}").status == 403
    assert refusals(people, "provincial_inspector") == before + 3


def test_an_auditor_reads_everything_and_changes_nothing(browser_page: Page, people: People):
    page, system = browser_page, people.system
    people.enter(page, "auditor", f"/agencies/{people.commune}")
    expect(page.get_by_role("link", name="Lập kế hoạch kiểm tra cơ quan này")).to_have_count(0)
    assert page.goto(f"{system.url}/act/qms.inspection.planned").status == 403
    page.goto(f"{system.url}/?scope={people.province}")
    assert row_of(of_csv(exported(page, "CSV")), "Tổng cộng")[1] == "4"
    token = page.locator("[name=form_token]").first.input_value()
    sent = {"form_token": token, "note": ""}
    assert page.request.post(f"{system.url}/alerts/al-1/acknowledge", form=sent).status == 403
    pushed = page.request.post(
        f"{system.url}/v1/events", data=json.dumps(people.claim), headers={"X-Form-Token": token}
    )
    assert pushed.status == 403
    assert page.request.get(f"{system.url}/v1/agencies/{people.outside}").status == 200


def test_somebody_signs_in_with_the_account_of_the_own_organisation(browser: Browser, people: People):
    # Not the page that is watched: the provider's own pages want letters from elsewhere, and get none.
    profile, system = browser.new_context(locale="vi-VN"), people.system
    page = profile.new_page()
    page.route("https://**", lambda route: route.abort())
    identity = f"so-khcn-{people.province}"
    open_account(system, "provincial_inspector", people.province, subject=identity)
    with identity_provider(system.identity_port, system.url):
        page.goto(f"{system.url}/agencies")
        keep(page, "sign-in")
        page.get_by_role("link", name="Đăng nhập bằng tài khoản của cơ quan").click()
        page.locator("[name=login]").fill(identity)
        page.locator("[name=password]").fill("x")
        page.locator("button[type=submit]").first.click()
        page.locator("button[type=submit]").first.click()
        page.wait_for_url(f"{system.url}/agencies")
        expect(page.get_by_role("status")).to_have_text("4 cơ quan")
        assert page.goto(f"{system.url}/agencies/{people.outside}").status == 403
        page.goto(f"{system.url}/agencies")
        assert len([row for row in of_csv(exported(page, "CSV")) if row and row[0].startswith("Ủy ban")]) == 4
        page.get_by_role("button", name="Đăng xuất").click()
        page.context.clear_cookies()
        page.goto(f"{system.url}/sign-in")
        page.get_by_role("link", name="Đăng nhập bằng tài khoản của cơ quan").click()
        page.locator("[name=login]").fill("khong-ai-biet")
        page.locator("[name=password]").fill("x")
        page.locator("button[type=submit]").first.click()
        page.locator("button[type=submit]").first.click()
        expect(page.get_by_role("alert")).to_contain_text("chưa được cấp quyền")
    profile.close()


def test_who_tries_password_after_password_has_to_wait(browser_page: Page, people: People):
    page, system = browser_page, people.system
    name = open_account(system, "auditor")

    def attempt(password: str) -> None:
        page.goto(f"{system.url}/sign-in")
        page.get_by_label("Tên đăng nhập").fill(name)
        page.get_by_label("Mật khẩu").fill(password)
        page.get_by_role("button", name="Đăng nhập", exact=True).click()

    for number in range(_ATTEMPTS):
        attempt(f"sai mật khẩu {number}")
        expect(page.get_by_role("alert")).to_contain_text("không khớp")
    attempt(PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thử quá nhiều lần")
    keep(page, "too-many-attempts")
    page.goto(f"{system.url}/agencies")
    expect(page).to_have_url(re.compile("/sign-in"))
    people.enter(page, "auditor")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bảng toàn quốc")

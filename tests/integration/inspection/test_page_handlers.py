"""What the pages answer to plain requests, over a small country: what needs no browser to be seen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from markupsafe import escape
from werkzeug.test import Client

from services.inspection.cases import Entry, case_of
from services.inspection.domain.checklists import checklists
from services.inspection.exports import pdf_file
from services.inspection.web import act_pages, record_pages, work_pages
from services.inspection.web.acting import Outcome
from services.inspection.web.rendering import event_name
from shared.contracts.forms import form
from shared.database.engine import open_database
from shared.eventsourcing import Hint
from tests.browser.country import NOW, build_country
from tests.browser.site import TOKEN, application, context_of


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('country') / 'views.db'}")
    build_country(database)
    yield context_of(database, {})
    database.close()


def token_of(text: str) -> str:
    return re.search(r'name="form_token" value="([^"]*)"', text)[1]


@pytest.fixture
def client(context) -> Client:
    """Give a client of the pages that is signed in."""
    client = Client(application(context))
    given = {"form_token": token_of(client.get("/sign-in").text), "token": TOKEN}
    assert client.post("/sign-in", data=given).status_code == 303
    return client


@pytest.fixture
def refused(monkeypatch) -> list:
    """Have the intake refuse what is sent for its source; return what was sent."""
    sent: list = []

    def act(_context, _session, deed):
        sent.append(deed)
        said = "/source: " + form(r"^/agencies/[^/ \t\r\n]+$")
        return Outcome("refused", None, "SCHEMA_VIOLATION", "/source", Hint(said, said))

    monkeypatch.setattr(act_pages, "act", act)
    return sent


def test_a_form_takes_the_name_of_an_agency_and_says_in_words_which_field_is_wrong(client, refused):
    address = "/act/qms.inspection.planned"
    given = {"form_token": token_of(client.get(address).text), "source": "sở nội vụ", "subject": "KT-1"}
    answer = client.post(address, data={**given, "agency_id": "Sở Khoa học và Công nghệ thành phố Cần Thơ"})
    assert answer.status_code == 422
    assert [(deed.source, deed.data["agency_id"]) for deed in refused] == [("sở nội vụ", "so-khcn-92")]
    assert re.search(r'<input[^>]*id="source"[^>]*aria-invalid="true" aria-describedby="source-error"', answer.text)
    assert "Cơ quan thực hiện: không phải là mã hoặc tên đầy đủ của một cơ quan" in answer.text
    assert "SCHEMA_VIOLATION" not in answer.text
    assert "^/agencies" not in answer.text


@pytest.mark.parametrize("path", ["/agencies", "/alerts", "/indicators/I2/explain"])
def test_a_pdf_is_offered_only_where_it_can_be_made(client, monkeypatch, path):
    assert "format=pdf" in client.get(path).text
    monkeypatch.setattr(pdf_file, "MOST_ROWS", 1)
    told = client.get(path).text
    assert "format=pdf" not in told
    assert "format=xlsx" in told
    assert "Không có tệp PDF: tệp chỉ chứa tối đa 1 dòng." in told


def test_an_open_alert_is_acknowledged_from_the_list_of_all_and_the_page_says_that_it_was(client, monkeypatch):
    asked: list = []
    monkeypatch.setattr(work_pages, "ask", lambda *given: asked.append(given[3]))
    monkeypatch.setattr(work_pages, "wait_until_shown", lambda *_given: None)
    told = client.get("/alerts?severity=critical").text
    address, button = re.search(r'<form class="inline" method="post" action="([^"]*)">(.*?)</form>', told).groups()
    assert 'name="next" value="/alerts?severity=critical"' in button
    sent = {"form_token": token_of(told), "next": "/alerts?severity=critical"}
    answer = client.post(address, data=sent)
    assert asked == [f"/v1{address}"]
    assert answer.headers["Location"] == "/alerts?severity=critical&done=qms.alert.acknowledged"
    after = client.get(answer.headers["Location"]).text
    assert '<p class="done" role="status">Đã ghi nhận: Đã tiếp nhận cảnh báo</p>' in after
    assert 'name="next" value="/alerts?severity=critical"' in after
    assert "/acknowledge" not in client.get("/alerts?as_of=2026-11-21").text


def test_a_share_of_a_target_says_how_it_is_written(client):
    assert "ví dụ 0,9 hoặc 90 %</p>" in client.get("/act/qms.target.set").text


def test_a_form_calls_things_by_their_names_and_no_page_shows_the_words_of_the_contracts(client, context):
    told = client.get("/act/qms.inspection.planned").text
    assert '<label for="agency_id">Cơ quan được kiểm tra</label>' in told
    assert "sự kiện nói tới" not in told
    titles = [event_name(context, name, language) for name in context.catalogue for language in ("vi", "en")]
    assert [title for title in titles if "`" in title or title[0].islower()] == []


def test_a_day_before_everything_asks_for_a_later_one_and_for_no_command(client):
    told = client.get("/?as_of=1999-01-01").text
    assert "Hãy chọn ngày muộn hơn" in told
    assert "oversight agency register" not in told


def test_the_history_of_an_inspection_names_the_items_that_were_answered(client, monkeypatch):
    known = next(iter(checklists().values()))
    item = known.items[0]
    state = {"status": "in_progress", "agency_id": "so-nv-92", "checklist": known.version, "answers": {}}
    given = {"item": item.item, "result": "partial"}
    entry = Entry(1, "qms.inspection.checklist_answered", NOW, NOW, "source", given)
    monkeypatch.setattr(record_pages.cases, "case", lambda *_given: case_of("inspection", "so-khcn-92/KT-1", state))
    monkeypatch.setattr(record_pages.cases, "history", lambda *_given: [entry])
    told = client.get("/records/inspection/so-khcn-92/KT-1").text
    assert f"<p>{escape(f'{item.item} {item.vi}: Đạt một phần')}</p>" in told


def test_whoever_chose_a_language_in_the_address_is_asked_to_sign_in_in_it(context):
    stranger = Client(application(context))
    led = stranger.get("/?lang=en").headers["Location"]
    assert led == "/sign-in?next=%2F%3Flang%3Den&lang=en"
    assert '<html lang="en"' in stranger.get(led).text
    assert '<html lang="en"' in stranger.get("/sign-in").text
    assert Client(application(context)).get("/").headers["Location"] == "/sign-in"

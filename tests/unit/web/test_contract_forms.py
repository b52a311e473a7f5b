"""What a form made from a contract becomes, and what is said of what cannot be accepted."""

from __future__ import annotations

import pytest

from services.inspection.web.acting import Outcome
from services.inspection.web.contract_forms import agency_paths, data_of, fields_of, share_of
from services.inspection.web.refused_words import wrong_with
from services.inspection.web.rendering import TEMPLATES
from shared.contracts.catalogue import load
from shared.contracts.forms import form
from shared.eventsourcing import Hint
from shared.intake.wording import vietnamese

CATALOGUE = load()
TARGET = {
    "metric": "I2",
    "comparator": "at_least",
    "milestones.0.date": "31/12/2027",
    "milestones.0.value": "0,9",
    "milestones.1.date": "",
}


def test_a_target_for_all_agencies_has_an_empty_scope_which_its_contract_accepts():
    schema = CATALOGUE["qms.target.set"].schema
    told = data_of(schema, {**TARGET, "scope.level": "", "scope.territory": " "})
    assert told["scope"] == {}
    assert schema().validate(told) == {}


def test_a_group_that_asks_for_something_is_left_out_while_it_is_empty():
    assert "window" not in data_of(CATALOGUE["qms.inspection.planned"].schema, {"window.from": ""})


@pytest.mark.parametrize(
    ("pointer", "said", "sent", "at", "text"),
    [
        ("/source", form(r"^/agencies/[^/ \t\r\n]+$"), {}, "source", "Cơ quan thực hiện: bắt buộc nhập"),
        (
            "/source",
            form(r"^/agencies/[^/ \t\r\n]+$"),
            {"source": "UBND tỉnh"},
            "source",
            "Cơ quan thực hiện: không phải là mã hoặc tên đầy đủ của một cơ quan",
        ),
        (
            "/data/milestones/0/date",
            "is no day of the calendar",
            {"milestones.0.date": "31/02/2026"},
            "milestones.0.date",
            "Các mốc, thời hạn tăng dần › 1 › Thời hạn: không có ngày này trong lịch",
        ),
        (
            "/data/milestones/0/value",
            "must be from 0 to 1",
            {"milestones.0.value": "90"},
            "milestones.0.value",
            "Các mốc, thời hạn tăng dần › 1 › Giá trị, tỷ lệ từ 0 đến 1: phải từ 0 đến 1; nếu viết theo phần trăm thì thêm dấu %, ví dụ 90 %",
        ),
    ],
)
def test_a_refusal_names_the_field_as_the_form_does_and_says_in_words_what_is_wrong(pointer, said, sent, at, text):
    hint = Hint(f"{pointer}: {vietnamese(said)}", f"{pointer}: {said}")
    outcome = Outcome("refused", None, "SCHEMA_VIOLATION", pointer, hint)
    kind = CATALOGUE["qms.target.set"]
    fields = fields_of(kind.schema, "vi", sent)
    assert wrong_with(outcome, kind, sent, fields, TEMPLATES.gettext("vi"), "vi") == (at, text)


def test_a_day_that_does_not_exist_is_sent_as_a_day_so_that_this_is_what_is_found_wrong():
    told = data_of(CATALOGUE["qms.target.set"].schema, {**TARGET, "milestones.0.date": "31/02/2026"})
    assert told["milestones"][0]["date"] == "2026-02-31"


def test_fields_that_name_an_agency_are_known_wherever_they_stand():
    fields = fields_of(CATALOGUE["qms.target.set"].schema, "vi", {})
    assert agency_paths(fields) == ["scope.territory"]
    assert "agency_id" in agency_paths(fields_of(CATALOGUE["qms.inspection.planned"].schema, "vi", {}))


@pytest.mark.parametrize(
    ("written", "meant"),
    [("0,9", 0.9), ("1", 1), ("90 %", 0.9), ("90,5 %", 0.905), ("100%", 1), ("90", 90), ("nhiều %", "nhiều %")],
)
def test_a_share_is_written_as_one_or_in_per_cent(written, meant):
    told = data_of(CATALOGUE["qms.target.set"].schema, {**TARGET, "milestones.0.value": written, "baseline": written})
    assert told["milestones"][0]["value"] == meant
    assert told["baseline"] == meant
    assert share_of(written) == meant


def test_only_numbers_from_0_to_1_are_shares():
    kinds = {field.path: field.kind for field in fields_of(CATALOGUE["qms.target.set"].schema, "vi", {})}
    assert kinds["baseline"] == "share"
    programme = fields_of(CATALOGUE["qms.inspection_programme.drafted"].schema, "vi", {})
    assert {field.kind for field in programme if field.path == "year"} == {"number"}

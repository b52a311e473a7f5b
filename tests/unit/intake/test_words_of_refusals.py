"""What refusals of unreadable or ill-formed events say, in Vietnamese as in English."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from marshmallow import ValidationError

from shared.contracts.catalogue import load
from shared.contracts.envelope import Envelope
from shared.contracts.fields import Text
from shared.contracts.forms import FORMS, form
from shared.contracts.json_schema import of_schema
from shared.intake import json_text
from shared.intake.wording import vietnamese


@pytest.mark.parametrize(
    ("body", "vi"),
    [
        (b"", "nội dung rỗng"),
        (b"{'a':1}", "dấu nháy kép thẳng"),
        ("{“a”:1}".encode(), "dấu nháy kép thẳng"),
        (b'{"a":1,}', "thừa dấu phẩy"),
        (b'{"a":[1 2]}', "thiếu dấu phẩy"),
        (b'{"a":1', "kết thúc giữa chừng"),
        (b'{"a":1e400}', "số quá lớn"),
        (b'{"a":01}', "bắt đầu bằng chữ số 0"),
        (b'{"a":tr}', "expected 'true'"),
    ],
)
def test_the_cause_is_named_in_vietnamese_too(body, vi):
    with pytest.raises(json_text.JsonTextError) as caught:
        json_text.read(body)
    assert caught.value.code == "MALFORMED_JSON"
    assert vi in caught.value.vi
    assert "dòng 1, cột" in caught.value.vi


def test_a_byte_order_mark_is_named_and_how_to_save_without_it():
    with pytest.raises(json_text.JsonTextError) as caught:
        json_text.read(b"\xef\xbb\xbf{}")
    assert caught.value.code == "MALFORMED_JSON"
    for words in (caught.value.vi, caught.value.en):
        assert "(BOM)" in words
        assert "Notepad" in words


#: Patterns of fields that word their refusals themselves (days, times, digests, blanks), and of what only the system writes.
SAID_ELSEWHERE = {"[^ \\t\\r\\n]", "^[0-9a-f]{64}$", "^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$"}
OF_THE_SYSTEM = {"^[A-Za-z0-9][A-Za-z0-9._-]*$", "^[A-Z][A-Z0-9_]*$", "^A[1-9][0-9]?$", "^[a-z_]+:[^ ]*$"}


def patterns(schema: object) -> Iterator[str]:
    """Yield all patterns of texts in a JSON Schema."""
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str) and schema.get("format") != "date-time":
            yield schema["pattern"]
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from patterns(part)


def test_every_form_that_outsiders_meet_is_said_in_words():
    found = {pattern for kind in load().values() for pattern in patterns(of_schema(kind.schema))}
    assert found - FORMS.keys() - SAID_ELSEWHERE - OF_THE_SYSTEM == set()


@pytest.mark.parametrize("pattern", FORMS)
def test_a_form_in_words_has_an_example_of_it_in_both_languages(pattern):
    english = form(pattern)
    assert vietnamese(english) == f"{FORMS[pattern][1]}."
    if " such as " in english:
        example = english.rsplit(" such as ", 1)[1]
        assert re.search(pattern, example)
        assert vietnamese(english).endswith(f"{example}.")


@pytest.mark.parametrize(
    ("text", "value", "example"),
    [
        (Text("Month", "Tháng", pattern="^[1-9][0-9]{3}-(0[1-9]|1[0-2])$"), "03/2026", "2026-03"),
        (Envelope().fields["source"], "THU-NGHIEM", "/agencies/THU-NGHIEM"),
    ],
)
def test_what_a_beginner_writes_is_answered_by_an_example(text, value, example):
    with pytest.raises(ValidationError) as caught:
        text.check(value)
    (message,) = caught.value.messages
    assert message.endswith(example)
    assert vietnamese(message).endswith(f"{example}.")

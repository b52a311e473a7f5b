"""What refusals of unreadable or ill-formed events say, in Vietnamese as in English."""

from __future__ import annotations

import pytest

from shared.intake import json_text


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
        (b'{"a":tru}', "expected 'true'"),
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

"""Why a text is no JSON, in Vietnamese; the English is the reader's own."""

from __future__ import annotations

_CAUSES = {
    "Input is a zero-length, empty document": "nội dung rỗng",
    "unexpected end of data": "nội dung kết thúc giữa chừng, có thể thiếu dấu ngoặc hoặc dấu nháy đóng",
    "unexpected content after document": "còn nội dung thừa sau giá trị JSON",
    "trailing comma is not allowed": "thừa dấu phẩy trước dấu ngoặc đóng",
    "unexpected character, expected a string key": 'tên trường phải đặt trong dấu nháy kép thẳng (")',
    "unexpected character, expected ':' after key": "thiếu dấu hai chấm (:) sau tên trường",
    "unexpected character, expected ',' or '}'": "thiếu dấu phẩy (,) hoặc dấu ngoặc đóng (})",
    "unexpected character, expected ',' or ']'": "thiếu dấu phẩy (,) hoặc dấu ngoặc đóng (])",
    "unexpected character, expected a JSON value": "chỗ này phải là một giá trị JSON (chuỗi đặt trong dấu nháy kép thẳng)",
    "unexpected control character in string": "chuỗi chứa ký tự điều khiển; xuống dòng phải viết là \\n",
    "invalid escaped sequence in string": "ký tự sau dấu gạch chéo ngược (\\) không hợp lệ",
    "no low surrogate in string": "chuỗi chứa nửa cặp ký tự Unicode (\\ud800–\\udfff)",
    "number with leading zero is not allowed": "số không được bắt đầu bằng chữ số 0",
    "no digit after decimal point": "thiếu chữ số sau dấu chấm thập phân",
    "no digit after sign": "thiếu chữ số sau dấu âm",
    "number is infinity when parsed as double": "số quá lớn",
}


def vietnamese(cause: str) -> str:
    """Return the Vietnamese of a cause; the cause itself where none is known."""
    return _CAUSES.get(cause, cause)

"""The Vietnamese of validation messages; the English is where the check is."""

from __future__ import annotations

import re

from shared.contracts import forms

_EXACT = {
    "Missing data for required field.": "thiếu trường bắt buộc.",
    "Unknown field.": "lược đồ không có trường này.",
    "Field may not be null.": "không được để trống (null).",
    "must be text": "phải là chuỗi ký tự.",
    "must not be blank": "không được để trống.",
    "must be a number": "phải là số.",
    "must be a whole number": "phải là số nguyên.",
    "must be true or false": "phải là true hoặc false.",
    "must be a list": "phải là danh sách.",
    "must be an object": "phải là đối tượng JSON.",
    "must be a date such as 2026-03-01": "phải là ngày dạng 2026-03-01.",
    "is no day of the calendar": "không phải ngày có trong lịch.",
    "must be a time such as 2026-03-01T08:00:00+07:00": "phải là thời điểm dạng 2026-03-01T08:00:00+07:00.",
    "is no instant of the calendar": "không phải thời điểm có trong lịch.",
    "must be 64 lower-case hexadecimal digits": "phải gồm 64 chữ số thập lục phân viết thường.",
    "must be an id, or an object with source and id": "phải là một mã, hoặc đối tượng gồm source và id.",
    "must be digits (0-9) only, at most 18": "phải là dãy chữ số (0–9), không quá 18 chữ số.",
    "must be text, a whole number or a boolean": "phải là chuỗi, số nguyên hoặc giá trị đúng/sai.",
    "is no attribute name: lower-case letters and digits only": "không phải tên thuộc tính: chỉ gồm chữ thường và chữ số.",
    "is added by the system and not accepted from outside": "do hệ thống ghi thêm, không nhận từ bên ngoài.",
}
_PATTERNS = [
    (re.compile(r"must have at most (\d+) characters"), r"không được quá \1 ký tự."),
    (re.compile(r"must be from (\S+) to (\S+)"), r"phải nằm trong khoảng từ \1 đến \2."),
    (re.compile(r"must be one of: (.*)"), r"phải là một trong các giá trị: \1."),
    (re.compile(r"must have (\d+) to (\d+) items"), r"phải có từ \1 đến \2 phần tử."),
    (re.compile(r"must match (.*)"), r"phải có dạng \1."),
]


def vietnamese(message: str) -> str:
    """Return the Vietnamese of a validation message; the message itself where none is known."""
    if message in _EXACT:
        return _EXACT[message]
    if message in forms.VIETNAMESE:
        return f"{forms.VIETNAMESE[message]}."
    for pattern, translation in _PATTERNS:
        if pattern.fullmatch(message):
            return pattern.sub(translation, message)
    return message

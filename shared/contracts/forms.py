"""What the patterns of text fields ask for, in words with an example: few who read a refusal read regular expressions.

Owns the English and the Vietnamese; a pattern that is not listed here is shown as it is.
"""

from __future__ import annotations

#: Pattern to what the text must be: English, Vietnamese.
FORMS: dict[str, tuple[str, str]] = {
    r"^/agencies/[^/ \t\r\n]+$": (
        "must be /agencies/ and the id of the agency, such as /agencies/THU-NGHIEM",
        "phải là /agencies/ và mã cơ quan, ví dụ /agencies/THU-NGHIEM",
    ),
    r"^[^/ \t\r\n]+$": (
        "must be the id of an agency without blanks and slashes, such as THU-NGHIEM",
        "phải là mã cơ quan, không có dấu cách và dấu gạch chéo, ví dụ THU-NGHIEM",
    ),
    "^[Aa]pplication/[Jj][Ss][Oo][Nn][ \\t]*(;[ -~]*)?$": (
        "must be application/json",
        "phải là application/json",
    ),
    r"^[1-9][0-9]{3}-(0[1-9]|1[0-2])$": (
        "must be a month such as 2026-03",
        "phải là tháng dạng 2026-03",
    ),
    r"^[1-9][0-9]{3}(-Q[1-4]|-(0[1-9]|1[0-2]))?$": (
        "must be a year such as 2026, a quarter such as 2026-Q1 or a month such as 2026-03",
        "phải là năm dạng 2026, quý dạng 2026-Q1 hoặc tháng dạng 2026-03",
    ),
    r"^[a-z0-9][a-z0-9:._/-]*$": (
        "must be a post in lower-case letters without accents, such as van-thu",
        "phải là mã vị trí viết thường, không dấu, không có dấu cách, ví dụ van-thu",
    ),
    r"^[1-9][0-9]?(\.[0-9]{1,2}){0,4}$": (
        "must be a clause of the standard such as 7.5.3",
        "phải là điều khoản của tiêu chuẩn, ví dụ 7.5.3",
    ),
    r"^[0-9]+(\.[0-9]+)*$": (
        "must be a clause such as 8.5.1",
        "phải là điều khoản dạng 8.5.1",
    ),
    r"^[^|]*[^| ][^|]*\|[^|]*[^| ][^|]*\|[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$": (
        "must be number|issuer|day of issue, such as 61/2018/NĐ-CP|Chính phủ|2018-04-23",
        "phải có dạng số, ký hiệu|cơ quan ban hành|ngày ban hành, ví dụ 61/2018/NĐ-CP|Chính phủ|2018-04-23",
    ),
    r"^[^|]*[^| ][^|]*$": (
        "must not be blank and not contain |",
        "không được để trống và không được chứa dấu |",
    ),
    r"^[A-Z][0-9A-Z]+@[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$": (
        "must be the unit's code and first day, such as P46@2025-07-01",
        "phải là mã đơn vị hành chính và ngày đầu tiên, ví dụ P46@2025-07-01",
    ),
    r"^[A-Z][0-9A-Z]+$": (
        "must be the unit's code such as P46",
        "phải là mã đơn vị hành chính, ví dụ P46",
    ),
    r"^[a-z0-9_]+$": (
        "must be lower-case letters, digits and _ only, such as dinh_danh_dien_tu",
        "chỉ gồm chữ thường không dấu, chữ số và dấu _, ví dụ dinh_danh_dien_tu",
    ),
    r"^[^@ ]+@[^@ ]+$": (
        "must be an e-mail address such as vanthu@example.gov.vn",
        "phải là địa chỉ thư điện tử, ví dụ vanthu@example.gov.vn",
    ),
    r"^[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+": (
        "must be a media type such as application/pdf",
        "phải là kiểu dữ liệu, ví dụ application/pdf",
    ),
    r"^[A-Za-z0-9-]+$": (
        "must be letters without accents, digits and hyphens only, such as I6-20",
        "chỉ gồm chữ cái không dấu, chữ số và dấu gạch nối, ví dụ I6-20",
    ),
    r"^qms\.": (
        "must be an event type such as qms.action.planned",
        "phải là loại sự kiện, ví dụ qms.action.planned",
    ),
    r"^[a-z_]+/.+$": (
        "must be the kind of record and its id, such as action/HDKP-2026-011",
        "phải là loại hồ sơ và mã, ví dụ action/HDKP-2026-011",
    ),
    r"^[a-z][a-z0-9_.]*$": (
        "must be a field of the template such as nonconformities.open",
        "phải là trường của mẫu báo cáo, ví dụ nonconformities.open",
    ),
    r"^[a-z0-9-]+\.[0-9]+$": (
        "must be the template and its version, such as qd19-year.1",
        "phải là mẫu báo cáo và phiên bản, ví dụ qd19-year.1",
    ),
}

VIETNAMESE = dict(FORMS.values())


def form(pattern: str) -> str:
    """Return what a text that does not match the pattern must be."""
    return FORMS[pattern][0] if pattern in FORMS else f"must match {pattern}"

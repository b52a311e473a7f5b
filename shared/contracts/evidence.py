"""Evidence attached to an event: a document's digest and where it lies, never the document itself."""

from __future__ import annotations

from shared.contracts.catalogue import EventSchema
from shared.contracts.fields import Integer, ListOf, Object, Sha256, Text


class Evidence(EventSchema):
    """One piece of evidence; the digest lets an inspection team check the file it is shown."""

    name = Text("File name or title of the document", "Tên tệp hoặc tên tài liệu", longest=300)
    media_type = Text(
        "Media type",
        "Kiểu dữ liệu",
        longest=100,
        pattern=r"^[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+",
        source="RFC 6838",
    )
    size = Integer("Size", "Dung lượng", unit="bytes")
    sha256 = Sha256("SHA-256 digest of the file", "Mã băm SHA-256 của tệp", source="FIPS 180-4")
    locator = Text("Where the file can be had: URL or archive number", "Nơi lưu: địa chỉ hoặc số lưu trữ", longest=2000)


EVIDENCE = Object("One piece of evidence", "Một minh chứng", Evidence)


def evidence(*, required: bool = False) -> ListOf:
    """Return the field `evidence`; where it is required there is at least one piece."""
    return ListOf(
        "Evidence for the fact",
        "Minh chứng kèm theo",
        EVIDENCE,
        fewest=1 if required else 0,
        most=50,
        required=required,
        source="ISO 9001:2015 7.5.3",
    )


#: Optional list of evidence, as most events carry it.
EVIDENCE_LIST = evidence()

#: Accepted example for the examples of event types.
EVIDENCE_EXAMPLE = {
    "name": "Quyết định công bố.pdf",
    "media_type": "application/pdf",
    "size": 184320,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "locator": "https://thanhson.phutho.gov.vn/iso/quyet-dinh-cong-bo.pdf",
}

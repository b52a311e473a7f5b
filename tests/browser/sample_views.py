"""Figures of a small country for the pages, built by hand: enough of everything to see each part of a page."""

from dataclasses import replace

from services.inspection import geography
from services.inspection.read_models import (
    ActionLine,
    AgencyFile,
    AgencyLine,
    AgencyPage,
    AlertLine,
    Board,
    BoardRow,
    DatedChange,
    DeclarationLine,
    Figure,
    Freshness,
    FunnelStep,
    LegalChange,
    NonconformityLine,
    ProcedureLine,
    Row,
    TimelineEntry,
    TimelinePage,
    percent,
)
from services.inspection.web.views import Explained, Name
from shared import clock
from shared.vietnam.text import matches

NOW = clock.from_rfc3339("2026-11-22T14:05:09+07:00")
TODAY = clock.vietnam_day(NOW)
STEPS = ("none", "planned", "building", "applying", "certified", "declared", "needs_redeclaration")


def figure(numerator, denominator, **values):
    """Return a figure."""
    return Figure(numerator, denominator, values)


def funnel(*counts):
    """Return a funnel of these counts, in the order of `STEPS`."""
    total = sum(counts) or 1
    return [
        FunnelStep(step, step, step, count, percent(count, total)) for step, count in zip(STEPS, counts, strict=True)
    ]


def board_row(key, label, agencies, shift=0):
    """Return a row whose figures differ a little from row to row."""
    return BoardRow(
        key,
        label,
        label,
        agencies,
        {
            "I1": figure(min(agencies, 20 + shift % 3), 22),
            "I2": figure(121 - shift * 3, 122),
            "I3": figure(1240 + shift, 1322 + shift),
            "I6": figure(7 + shift, 244),
            "I7": figure(98_765 - shift * 900, 101_234),
            "I9": figure(shift % 5, 4) if shift % 4 else figure(0, 0),
            "I11": figure(shift % 7, 31),
        },
        funnel(12 + shift, 4, 9, 6, 0, 80, 3),
    )


def provinces():
    """Return the rows of the real provinces of today."""
    names = [("P92", "Thành phố Cần Thơ"), ("P25", "Tỉnh Phú Thọ"), ("P52", "Tỉnh Gia Lai"), ("P01", "Thành phố Hà Nội")]
    return [board_row("central", "Cơ quan trung ương", 22)] + [
        board_row(code, name, 60 + index * 17, index) for index, (code, name) in enumerate(names * 8)
    ]


def agency(agency_id="can-tho-sokhcn", **changes):
    """Return an agency as the registry has it."""
    line = AgencyLine(
        agency_id, "Sở Khoa học và Công nghệ thành phố Cần Thơ", "Can Tho Department of Science and Technology",
        "provincial_department", "province", "mandatory", "can-tho", "bo-khcn", "P92", "P92", "Thành phố Cần Thơ",
        live=True, status="active", valid_from=clock.day_of("2008-03-01"), valid_to=None,
    )  # fmt: skip
    return replace(line, **changes)


def entry(position, type_, occurred, **changes):
    """Return an event of the time line."""
    at = clock.from_rfc3339(f"{occurred}T08:00:00+07:00")
    base = TimelineEntry(
        "documents", 0, position, f"e-{position}", type_, type_.split(".")[1], "can-tho-sokhcn", "QT-07",
        at, at + 90_000_000_000, at + 80_000_000_000, "self_reported", "can-tho-sokhcn",
        {"title": "Quy trình cấp giấy chứng nhận <script>alert(1)</script>", "effective_from": occurred},
    )  # fmt: skip
    return replace(base, **changes)


def timeline():
    """Return a page of the time line."""
    return TimelinePage(
        NOW,
        NOW,
        [
            entry(3021, "qms.procedure.revised", "2026-10-12"),
            entry(412, "qms.nonconformity.raised", "2026-09-03", service="audit", provenance="inspected", verdict="confirmed", subject="KPH-12"),
            entry(2875, "qms.declaration.declared", "2026-02-27", verdict="contradicted", subject="CB-2026"),
            entry(17, "qms.procedure.baselined", "2013-05-20", provenance="imported", asserter="staff"),
        ],
        "3021",
    )  # fmt: skip


class SampleViews:
    """Answers every question of the pages from the builders above."""

    def board(self, filters):
        """Return the board; empty before 2008, when nothing was registered."""
        rows = provinces() if filters.as_of > clock.day_of("2008-01-01") else []
        total = board_row("all", "Cả nước", sum(row.agencies for row in rows))
        return Board(filters.as_of, filters.known_at or NOW, NOW, filters.variant, filters.scope, rows, total)

    def alerts(self, filters):
        """Return alerts of all severities."""
        severities = [("critical", "A2"), ("serious", "A1"), ("warning", "A3"), ("warning", "A11")]
        return [
            AlertLine(f"al-{i}", rule, severity, "opened", "can-tho-sokhcn", agency().name_vi, "HD-3", NOW - i * 10**11, {})
            for i, (severity, rule) in enumerate(severities * 2)
        ]

    def legal_changes(self, filters):
        """Return one change with stale procedures, one without."""
        first = LegalChange(
            "61/2018/ND-CP", "61/2018/NĐ-CP", "Nghị định về thực hiện cơ chế một cửa, một cửa liên thông trong giải quyết thủ tục hành chính",
            "Chính phủ", "amended", NOW - 10**13, TODAY - 40, 18, 226, 9,
        )  # fmt: skip
        return [first, replace(first, number="19/2014/QĐ-TTg", change="replaced", stale=0, agencies=0, updated=1)]

    def agencies(self, filters):
        """Return the agencies whose name matches."""
        found = [agency(f"agency-{i}") for i in range(8)] if matches(filters.query, agency().name_vi) else []
        return AgencyPage(filters.as_of, NOW, NOW, 1234 if found else 0, found, "agency-7" if found else None)

    def agency(self, agency_id, filters):
        """Return the file of the one agency there is."""
        if agency_id not in ("can-tho-sokhcn", "can-tho") and not agency_id.startswith("agency-"):
            raise LookupError(agency_id)
        return AgencyFile(
            filters.as_of, NOW, NOW, agency(agency_id), [agency("chi-cuc-tdc", name_vi="Chi cục Tiêu chuẩn Đo lường Chất lượng")],
            [DatedChange("qms.agency.registered", clock.day_of("2008-03-01"), NOW, "inspection", 12, {})],
            board_row("x", "x", 3, 2).figures, "declared", procedures(), [nonconformity()], actions(), declarations(), timeline(),
        )  # fmt: skip

    def name(self, agency_id, as_of):
        """Return the same name for all."""
        return Name(agency_id, "Ủy ban nhân dân thành phố Cần Thơ", "Can Tho People's Committee")

    def explain(self, indicator, filters):
        """Return three agencies and the time line."""
        rows = [Row(f"agency-{i}", agency().name_vi, agency().name_en, figure(i, 3)) for i in range(1, 4)]
        return Explained(
            filters.as_of, filters.known_at or NOW, figure(121, 122), rows, 122, timeline(), "Thành phố Cần Thơ", "Cần Thơ"
        )

    def event(self, service, position):
        """Return an event below 5000."""
        if position > 5000:
            raise LookupError(position)
        return entry(position, "qms.procedure.revised", "2026-10-12", service=service)

    def freshness(self):
        """Return fresh views."""
        return Freshness(NOW, [], 0)


def procedures():
    """Return one procedure that is up to date and one that is stale."""
    good = ProcedureLine(
        "QT-07", "can-tho-sokhcn", "QT-07", "Quy trình công bố sử dụng dấu định lượng", "tthc", "2.000212.000.00.00.H13",
        "in_force", 3, 1, TODAY - 300, 15.0, 20.0, stale=False, stale_days=None, stale_due=None,
    )  # fmt: skip
    return [good, replace(good, procedure_id="QT-08", code="QT-08", stale=True, stale_days=40, stale_due=TODAY - 10)]


def nonconformity():
    """Return an open major nonconformity."""
    return NonconformityLine(
        "KPH-2026-012", "can-tho-sokhcn", "major", "8.5.1", "Không kiểm soát phiên bản biểu mẫu tại bộ phận một cửa",
        "analysing", open=True, raised_on=TODAY - 80, age_days=80,
    )  # fmt: skip


def actions():
    """Return an overdue action, and one whose due date was moved."""
    late = ActionLine(
        "HD-3", "can-tho-sokhcn", "KPH-2026-012", "Rà soát, thu hồi biểu mẫu cũ", "in_progress", open=True,
        due=TODAY - 12, original_due=TODAY - 42, extensions=1, overdue_days=12, overdue_original_days=42,
    )  # fmt: skip
    return [late, replace(late, action_id="HD-4", due=TODAY + 5, overdue_days=0)]


def declarations():
    """Return one live declaration."""
    return [
        DeclarationLine("CB-2026", "can-tho-sokhcn", "declared", "TCVN ISO 9001:2015", "112/QĐ-SKHCN", TODAY - 200, ["Tiêu chuẩn đo lường"])
    ]  # fmt: skip

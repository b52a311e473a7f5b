"""The indicators by id: names, formulas in words, sources, what they need, how they are computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.inspection.indicators import coverage, currency, discipline
from services.inspection.indicators.sums import Formula, Need


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator."""

    id: str
    name_vi: str
    name_en: str
    formula_vi: str
    formula_en: str
    #: Law, decision or clause that asks for it.
    source: str
    needs: tuple[Need, ...]
    figure: Formula
    #: Whether it is a ratio, which rolls up by sums of numerators and denominators.
    ratio: bool = True

    @property
    def over_period(self) -> bool:
        """Return whether the parameters `from` and `to` matter."""
        return any(need.within != "always" for need in self.needs)


_ALL = (
    Indicator(
        "I1",
        "Tỷ lệ phê duyệt kế hoạch",
        "Plan approval rate",
        "Số bộ, cơ quan ngang bộ, cơ quan thuộc Chính phủ và UBND cấp tỉnh đã phê duyệt kế hoạch tính đến ngày D / "
        "tổng số các cơ quan đó đang tồn tại",
        "Ministries, ministerial and government agencies and provincial People's Committees with a plan approved up to D "
        "/ all such agencies that exist",
        "Quyết định 118/2009/QĐ-TTg; Quyết định 19/2014/QĐ-TTg",
        coverage.PLAN_NEEDS,
        coverage.plan_rate,
    ),
    Indicator(
        "I2",
        "Độ bao phủ (đã công bố)",
        "Coverage (declared)",
        "Số cơ quan có công bố còn hiệu lực, hoặc giấy chứng nhận cấp trước 18/5/2014 còn giá trị tại ngày D / tổng số "
        "cơ quan; tách riêng theo nghĩa vụ áp dụng. Công bố cần công bố lại không được tính",
        "Agencies with a live declaration, or a certificate of before 18 May 2014 valid at D / all agencies; by obligation "
        "among the values. A declaration that needs to be made again does not count",
        "Quyết định 19/2014/QĐ-TTg",
        coverage.COVERAGE_NEEDS,
        coverage.coverage,
    ),
    Indicator(
        "I2a",
        "Các bước triển khai",
        "Funnel",
        "Số và tỷ lệ cơ quan theo từng trạng thái; mỗi cơ quan thuộc đúng một trạng thái, tổng bằng 100 %. Duy trì: công "
        "bố lần đầu từ 365 ngày trở lên và có đánh giá nội bộ hoàn thành trong 365 ngày gần nhất",
        "Agencies by state, each in exactly one, 100 % in all. Maintained: first declared at least 365 days ago, and an "
        "internal audit completed in the last 365 days",
        "Quyết định 19/2014/QĐ-TTg",
        coverage.FUNNEL_NEEDS,
        coverage.funnel_figure,
        ratio=False,
    ),
    Indicator(
        "I3",
        "Độ bao phủ quy trình",
        "Procedure coverage",
        "Số TTHC có quy trình đang có hiệu lực / số TTHC cơ quan phải thực hiện (do cơ quan hoặc cấp trên công bố cho cấp "
        "của cơ quan, trừ TTHC không thực hiện có lý do); không tính cơ quan không có TTHC",
        "Public procedures with a working procedure in force / public procedures the agency carries out (published by it "
        "or above it for its level, less those opted out of with a reason); agencies without any are left out",
        "Quyết định 19/2014/QĐ-TTg; Nghị định 61/2018/NĐ-CP",
        currency.COVERAGE_NEEDS,
        currency.procedure_coverage,
    ),
    Indicator(
        "I6",
        "Quy trình lạc hậu",
        "Staleness",
        "Số quy trình lạc hậu so với căn cứ pháp lý / số quy trình đang có hiệu lực; kèm số quá 30 ngày ân hạn, trung vị "
        "và phân vị 90 của thời gian cập nhật trong kỳ",
        "Procedures behind the law they rest on / procedures in force; with those over 30 days of grace, and median and "
        "90th percentile of the lead time of updates in the period",
        "Thông tư 26/2014/TT-BKHCN; ISO 9001:2015 7.5.3",
        currency.STALENESS_NEEDS,
        currency.staleness,
    ),
    Indicator(
        "I7",
        "Tỷ lệ hồ sơ đúng hạn",
        "On-time rate (dossiers)",
        "(Giải quyết sớm + đúng hạn) / (sớm + đúng hạn + trễ hạn) các tháng trong kỳ; biến thể chặt cộng hồ sơ chưa giải "
        "quyết đã quá hạn của tháng cuối vào mẫu số; I7a tồn đọng = quá hạn / đang giải quyết; I7b cân đối số liệu",
        "(Resolved early + on time) / (early + on time + late) over the months of the period; the strict variant adds what "
        "is pending overdue in the last month to the denominator; I7a backlog = overdue / pending; I7b balance of the returns",
        "Nghị định 61/2018/NĐ-CP; Quyết định 766/QĐ-TTg",
        discipline.DOSSIER_NEEDS,
        discipline.dossiers_on_time,
    ),
    Indicator(
        "I9",
        "Kỷ luật đánh giá nội bộ",
        "Internal audit discipline",
        "Số cuộc đánh giá nội bộ hoàn thành chậm nhất 15 ngày sau ngày kế hoạch / số cuộc có ngày kế hoạch trong kỳ; kèm số "
        "cơ quan không có đánh giá hoàn thành trong 365 ngày",
        "Internal audits completed no later than 15 days after the planned day / audits planned for the period; with the "
        "number of agencies without a completed audit in 365 days",
        "ISO 9001:2015 9.2; Thông tư 26/2014/TT-BKHCN",
        discipline.AUDIT_NEEDS,
        discipline.audit_discipline,
    ),
    Indicator(
        "I11",
        "Hành động khắc phục quá hạn",
        "Overdue corrective actions",
        "Số hành động quá hạn theo hạn hiện tại / số hành động chưa hoàn thành tại ngày D; kèm số quá hạn theo hạn ban đầu, "
        "số lần gia hạn, số ngày quá hạn trung bình",
        "Actions past their present due date / actions open at D; with those past their first due date, extensions, and mean "
        "days past it",
        "ISO 9001:2015 10.2",
        discipline.ACTION_NEEDS,
        discipline.overdue_actions,
    ),
)

INDICATORS: Mapping[str, Indicator] = {indicator.id: indicator for indicator in _ALL}

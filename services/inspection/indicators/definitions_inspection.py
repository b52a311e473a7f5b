"""Definitions of the indicators on inspection, reporting, targets and comparison: I19 to I24, I28 to I30."""

from __future__ import annotations

from services.inspection.indicators import composite, inspecting, league, overlap, tracking
from services.inspection.indicators.definition import Indicator

INSPECTION = (
    Indicator(
        "I19",
        "Độ bao phủ kiểm tra",
        "Inspection coverage",
        "Số cơ quan có cuộc kiểm tra kết luận trong kỳ / số cơ quan; kèm tỷ lệ kiểm tra tại chỗ, số năm dài nhất kể "
        "từ lần kiểm tra tại chỗ gần nhất",
        "Agencies with an inspection concluded in the period / agencies; with the share on site and the longest "
        "time in years since the last one on site",
        "Quyết định 19/2014/QĐ-TTg; Thông tư 26/2014/TT-BKHCN",
        inspecting.COVERAGE_NEEDS,
        inspecting.inspection_coverage,
    ),
    Indicator(
        "I20",
        "Trùng lặp đánh giá, kiểm tra",
        "Overlap",
        "Số cuộc đánh giá, kiểm tra bắt đầu trong kỳ thuộc ít nhất một cặp cách nhau không quá 30 ngày và có phạm "
        "vi chung / tổng số cuộc; kèm số cặp, ngày công có thể tiết kiệm (40 % của cuộc nhỏ hơn) và đã tiết kiệm",
        "Audits and inspections beginning in the period that are in at least one pair no more than 30 days apart "
        "with a common scope / all of them; with the pairs, the person-days that combining could save (40 % of the "
        "smaller) and has saved",
        "Luật Thanh tra 2025; Quyết định 19/2014/QĐ-TTg",
        overlap.OVERLAP_NEEDS,
        overlap.overlap,
    ),
    Indicator(
        "I21",
        "Thực hiện kiến nghị",
        "Recommendation implementation",
        "Số kiến nghị đã thực hiện / (tất cả - được thay thế - hết hiệu lực); kèm số thực hiện một phần (tính 0,5 "
        "trong tỷ lệ có trọng số) và số quá hạn",
        "Recommendations implemented / (all - superseded - lapsed); with those implemented in part (0.5 in the "
        "weighted rate) and those overdue",
        "Thông tư 26/2014/TT-BKHCN",
        inspecting.RECOMMENDATION_NEEDS,
        inspecting.recommendations,
    ),
    Indicator(
        "I22",
        "Kỷ luật báo cáo",
        "Reporting discipline",
        "Số báo cáo định kỳ nộp đúng hạn / số báo cáo đến hạn trong kỳ; kèm mức đầy đủ (đã nộp / đến hạn), trung vị "
        "độ trễ sự kiện (ngày ghi nhận - ngày xảy ra), số ngày im lặng",
        "Periodic reports in time / reports due in the period; with completeness (received / due), the median lag "
        "of events (day recorded - day it happened) and the days of silence",
        "Thông tư 26/2014/TT-BKHCN",
        inspecting.REPORTING_NEEDS,
        inspecting.reporting,
    ),
    Indicator(
        "I23",
        "Độ tin cậy của số liệu tự báo cáo",
        "Claim reliability",
        "Số sự kiện tự báo cáo được kiểm tra kết luận đúng / (đúng + không đúng) trong 24 tháng đến ngày D",
        "Self-reported events that checks confirmed / (confirmed + contradicted) in the 24 months up to D",
        "Văn bản 8869/VPCP-KSTT",
        inspecting.RELIABILITY_NEEDS,
        inspecting.claim_reliability,
    ),
    Indicator(
        "I24",
        "Chênh lệch báo cáo",
        "Report difference",
        "|Số cơ quan nộp - số hệ thống điền sẵn| / max(1, số điền sẵn) theo từng trường của các báo cáo nộp trong kỳ",
        "|Value submitted - value filled in| / max(1, value filled in) by field of the reports submitted in the period",
        "Thông tư 26/2014/TT-BKHCN; Văn bản 8869/VPCP-KSTT",
        inspecting.DIFFERENCE_NEEDS,
        inspecting.report_difference,
        ratio=False,
        unit="distribution",
    ),
    Indicator(
        "I28",
        "Theo dõi chỉ tiêu",
        "Target tracking",
        "Giữa hai mốc (d0, v0), (d1, v1): kỳ vọng tại D = v0 + (v1 - v0)(D - d0)/(d1 - d0); khoảng cách = thực tế - "
        "kỳ vọng; nhịp cần đạt = (v1 N - đã đạt) / số tháng còn lại; ngày dự báo theo đường thẳng 6 tháng gần nhất; "
        "đúng tiến độ (khoảng cách >= 0), có rủi ro (dự báo không quá mốc 60 ngày), chậm tiến độ",
        "Between two milestones (d0, v0), (d1, v1): expected at D = v0 + (v1 - v0)(D - d0)/(d1 - d0); gap = actual "
        "- expected; needed pace = (v1 N - done) / months left; forecast by a straight line through the last 6 "
        "months; on track (gap >= 0), at risk (forecast no more than 60 days past the milestone), else off track",
        "Quyết định 658/QĐ-UBND (Gia Lai)",
        tracking.NEEDS,
        tracking.tracking,
        ratio=False,
        unit="list",
    ),
    Indicator(
        "I29",
        "Điểm tổng hợp",
        "Composite score",
        "100 Σ w x / Σ w, x từ 0 đến 1 của: trạng thái công bố và phiên bản (I2, I4), I3, 1 - I6, I7, trung bình I9 "
        "và I15, 1 - I11, I13, 1 - I14, I17, I21, I22; phần không áp dụng nhường trọng số cho các phần còn lại, kèm "
        "trọng số có mặt",
        "100 Σ w x / Σ w, x from 0 to 1 of: state and version of the declaration (I2, I4), I3, 1 - I6, I7, the mean "
        "of I9 and I15, 1 - I11, I13, 1 - I14, I17, I21, I22; a part that does not apply leaves its weight to the "
        "others, the weight present is shown",
        "Quyết định 19/2014/QĐ-TTg; Quyết định 766/QĐ-TTg",
        composite.NEEDS,
        composite.composite,
        ratio=False,
        unit="points",
    ),
    Indicator(
        "I30",
        "Bảng xếp hạng",
        "League table",
        "Thứ hạng theo I29 trong các cơ quan cùng loại, cùng cấp; đồng hạng xếp theo I23 rồi theo tên; cơ quan có "
        "dưới 60 % trọng số: chưa đủ dữ liệu, không xếp hạng; kèm thay đổi thứ hạng so với 12 tháng trước",
        "Rank by I29 among agencies of the same kind and level; ties by I23, then by name; agencies with less than "
        "60 % of the weight have not enough data and no rank; with the change of rank since 12 months before",
        "Quyết định 19/2014/QĐ-TTg",
        league.NEEDS,
        league.league,
        ratio=False,
        unit="rank",
        shared=league.shared,
    ),
)

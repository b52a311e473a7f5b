"""Definitions of the indicators on declarations, procedures and the law: I1 to I6a, I8, I31."""

from __future__ import annotations

from services.inspection.indicators import coverage, currency, law, upkeep
from services.inspection.indicators.definition import Indicator

DOCUMENTS = (
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
        unit="distribution",
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
        "I3a",
        "Tỷ lệ quy trình điện tử (ISO điện tử)",
        "e-ISO share",
        "Số quy trình đang có hiệu lực được thực hiện trên phần mềm / số quy trình đang có hiệu lực",
        "Procedures in force that are run electronically / procedures in force",
        "Văn bản 9907/VPCP-TCCV; Quyết định 19/2014/QĐ-TTg",
        upkeep.ELECTRONIC_NEEDS,
        upkeep.electronic_share,
    ),
    Indicator(
        "I4",
        "Cập nhật phiên bản tiêu chuẩn",
        "Standard currency",
        "Số cơ quan đã công bố theo phiên bản tiêu chuẩn mới nhất chưa bị hủy bỏ tại ngày D / số cơ quan đã công bố "
        "(kể cả giấy chứng nhận cấp trước 18/5/2014 còn giá trị); kèm số cơ quan chưa chuyển đổi và số ngày quá "
        "thời hạn chuyển đổi (30/6/2021)",
        "Agencies declared on the newest version of the standard that is not withdrawn at D / agencies declared "
        "(certificates of before 18 May 2014 included while they hold); with those that have not moved and the days "
        "past the deadline (30 June 2021)",
        "Văn bản 419/BKHCN-TĐC; Quyết định 4108/QĐ-BKHCN, 4109/QĐ-BKHCN",
        upkeep.STANDARD_NEEDS,
        upkeep.standard_currency,
    ),
    Indicator(
        "I5",
        "Công khai quy trình kịp thời",
        "Publication timeliness",
        "Số lần ban hành, sửa đổi quy trình trong kỳ được công khai tại trụ sở (bảng niêm yết hoặc bộ phận một cửa) "
        "và trên mạng (trang thông tin hoặc cổng dịch vụ) trong 5 ngày làm việc / số lần ban hành, sửa đổi trong kỳ",
        "Issues and revisions of procedures in the period that were published at the office (notice board or one- "
        "stop unit) and on the web (website or portal) within 5 working days / issues and revisions in the period",
        "Thông tư 26/2014/TT-BKHCN; Quyết định 766/QĐ-TTg",
        upkeep.PUBLICATION_NEEDS,
        upkeep.publication,
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
        "I6a",
        "Quy trình lâu chưa rà soát",
        "Review age",
        "Số quy trình đang có hiệu lực có lần sửa đổi hoặc rà soát gần nhất cách ngày D trên 365 ngày / số quy "
        "trình đang có hiệu lực; kèm số ngày trung bình",
        "Procedures in force whose last revision or review is more than 365 days before D / procedures in force; "
        "with the mean number of days",
        "ISO 9001:2015 7.5.2; Thông tư 26/2014/TT-BKHCN",
        upkeep.REVIEW_NEEDS,
        upkeep.review_age,
    ),
    Indicator(
        "I8",
        "Thời gian được rút ngắn",
        "Time saved",
        "Σ (thời hạn quy định - thời hạn cam kết) x số hồ sơ / Σ thời hạn quy định x số hồ sơ, theo các TTHC có quy "
        "trình đang có hiệu lực và hồ sơ tiếp nhận các tháng trong kỳ; kèm tỷ lệ không theo số hồ sơ",
        "Σ (regulated days - committed days) x dossiers / Σ regulated days x dossiers, over the public procedures "
        "with a working procedure in force and the dossiers received in the months of the period; with the share "
        "not weighted by dossiers",
        "Quyết định 19/2014/QĐ-TTg; Nghị định 61/2018/NĐ-CP",
        upkeep.TIME_NEEDS,
        upkeep.time_saved,
    ),
    Indicator(
        "I31",
        "Văn bản pháp luật gây lạc hậu nhiều",
        "Law-change hotspot",
        "Các văn bản pháp luật theo số quy trình lạc hậu vì văn bản đó x số cơ quan có quy trình như vậy; kèm số đề "
        "xuất sửa đổi từng văn bản",
        "Legal texts by procedures that are stale because of them x agencies with such a procedure; with the "
        "proposals to amend each text",
        "Thông tư 26/2014/TT-BKHCN",
        law.HOTSPOT_NEEDS,
        law.hotspots,
        ratio=False,
        unit="list",
    ),
)

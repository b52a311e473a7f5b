"""Definitions of the indicators on audits, improvement, people and money: I7, I9 to I18, I25 to I27."""

from __future__ import annotations

from services.inspection.indicators import discipline, improvement, management, people, voices
from services.inspection.indicators.definition import Indicator

AUDIT = (
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
        "I7a",
        "Hồ sơ tồn đọng quá hạn",
        "Backlog",
        "Hồ sơ chưa giải quyết đã quá hạn / hồ sơ đang giải quyết, cuối tháng báo cáo gần nhất trong kỳ",
        "Dossiers pending past their time / dossiers pending, at the end of the last month returned in the period",
        "Nghị định 61/2018/NĐ-CP",
        discipline.BACKLOG_NEEDS,
        discipline.backlog,
    ),
    Indicator(
        "I7b",
        "Số liệu hồ sơ không cân đối",
        "Balance check",
        "Số báo cáo tháng có tồn đầu kỳ + tiếp nhận khác tổng các kết quả / số báo cáo tháng trong kỳ; kèm tổng "
        "chênh lệch",
        "Monthly returns in which opening + received differs from the sum of the outcomes / monthly returns in the "
        "period; with the sum of the differences",
        "Nghị định 61/2018/NĐ-CP",
        discipline.BALANCE_NEEDS,
        discipline.balance,
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
        "I10",
        "Mật độ phát hiện",
        "Finding density",
        "(Số điểm không phù hợp nặng + nhẹ) / số quy trình được đánh giá, của các cuộc đánh giá hoàn thành trong "
        "kỳ; kèm cơ cấu theo mức độ",
        "(Major + minor nonconformities) / procedures audited, of the audits completed in the period; with the mix "
        "of classes",
        "ISO 9001:2015 9.2; ISO 19011:2018 6.4.8",
        improvement.DENSITY_NEEDS,
        improvement.finding_density,
        unit="per_procedure",
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
    Indicator(
        "I12",
        "Thời gian xử lý điểm không phù hợp",
        "Nonconformity closing time",
        "Trung vị và phân vị 90 của (ngày đóng - ngày lập) các điểm không phù hợp đóng trong kỳ; số điểm còn mở "
        "theo tuổi 0-30, 31-60, 61-90, 91-180, trên 180 ngày",
        "Median and 90th percentile of (day closed - day raised) of the nonconformities closed in the period; open "
        "ones by age 0-30, 31-60, 61-90, 91-180, over 180 days",
        "ISO 9001:2015 10.2",
        improvement.CLOSING_NEEDS,
        improvement.closing_time,
        ratio=False,
        unit="days",
    ),
    Indicator(
        "I13",
        "Tỷ lệ khắc phục có hiệu lực ngay",
        "Effectiveness rate",
        "Số điểm không phù hợp có hành động được xác nhận hiệu lực ngay lần kiểm tra đầu / số điểm được kiểm tra "
        "hiệu lực lần đầu trong kỳ",
        "Nonconformities whose actions the first check found effective / nonconformities first checked in the period",
        "ISO 9001:2015 10.2.1",
        improvement.EFFECTIVENESS_NEEDS,
        improvement.effectiveness,
    ),
    Indicator(
        "I14",
        "Tỷ lệ tái diễn",
        "Recurrence",
        "Số điểm không phù hợp lập trong 12 tháng đến ngày D mà cùng cơ quan đã có điểm cùng điều khoản và cùng quy "
        "trình hoặc nguyên nhân gốc, đóng trước đó không quá 24 tháng / số điểm lập trong 12 tháng đến ngày D",
        "Nonconformities raised in the 12 months up to D for which the agency had one of the same clause and the "
        "same procedure or root cause, closed no longer than 24 months before / nonconformities raised in the 12 "
        "months up to D",
        "ISO 9001:2015 10.2",
        improvement.RECURRENCE_NEEDS,
        improvement.recurrence,
    ),
    Indicator(
        "I15",
        "Xem xét của lãnh đạo",
        "Management review",
        "Số cơ quan đã công bố có cuộc xem xét của lãnh đạo trong 365 ngày đến ngày D / số cơ quan đã công bố; kèm "
        "mức đầy đủ của 12 đầu vào theo 9.3.2",
        "Declared agencies with a management review held in the 365 days up to D / declared agencies; with how "
        "complete the twelve inputs of 9.3.2 were",
        "ISO 9001:2015 9.3",
        management.REVIEW_NEEDS,
        management.management_review,
    ),
    Indicator(
        "I16",
        "Mục tiêu chất lượng đạt được",
        "Objectives met",
        "Tổng trọng số mục tiêu đạt / tổng trọng số mục tiêu được đánh giá trong kỳ",
        "Weight of the objectives met / weight of the objectives assessed in the period",
        "ISO 9001:2015 6.2",
        management.OBJECTIVE_NEEDS,
        management.objectives_met,
    ),
    Indicator(
        "I17",
        "Mức độ hài lòng",
        "Satisfaction",
        "(Rất hài lòng + hài lòng) / phiếu hợp lệ các khảo sát có kết quả trong kỳ; kèm khoảng tin cậy Wilson 95 %, "
        "tỷ lệ thu hồi phiếu, cảnh báo mẫu dưới 30 phiếu",
        "(Very satisfied + satisfied) / valid answers of the surveys with results in the period; with Wilson's 95 % "
        "interval, the response rate, and a flag for samples below 30",
        "ISO 9001:2015 9.1.2; Nghị định 61/2018/NĐ-CP",
        voices.SATISFACTION_NEEDS,
        voices.satisfaction,
    ),
    Indicator(
        "I18",
        "Xử lý phản ánh, kiến nghị",
        "Feedback",
        "Số phản ánh, kiến nghị được trả lời đúng hoặc trước hạn / tổng số thuộc thẩm quyền tiếp nhận trong kỳ; kèm "
        "tỷ lệ hài lòng = (tổng - trả lời không hài lòng hoặc quá hạn) / tổng",
        "Feedback answered on or before time / all within competence received in the period; with the satisfied "
        "share = (all - answered to dissatisfaction or overdue) / all",
        "Quyết định 766/QĐ-TTg",
        voices.FEEDBACK_NEEDS,
        voices.feedback_on_time,
    ),
    Indicator(
        "I25",
        "Đào tạo đầu mối ISO",
        "Training coverage",
        "Số cơ quan có ít nhất một đầu mối ISO đương nhiệm đã được đào tạo / số cơ quan; kèm số lượt người được đào "
        "tạo trong kỳ",
        "Agencies with at least one present focal point who is trained / agencies; with the people trained in the "
        "period",
        "ISO 9001:2015 7.2; Quyết định 19/2014/QĐ-TTg",
        people.TRAINING_NEEDS,
        people.training_coverage,
    ),
    Indicator(
        "I26",
        "Ổn định đầu mối ISO",
        "Focal-point stability",
        "Số vị trí đầu mối đang khuyết, trung vị thời gian đảm nhiệm, số lần thay đổi trong 12 tháng đến ngày D",
        "Posts of focal points that are vacant, median time at the post, changes in the 12 months up to D",
        "ISO 9001:2015 5.3",
        people.STABILITY_NEEDS,
        people.focal_point_stability,
        ratio=False,
        unit="distribution",
    ),
    Indicator(
        "I27",
        "Kinh phí",
        "Budget",
        "Kinh phí được giao / kinh phí đề nghị của các năm ngân sách trong kỳ (đồng); kèm đã chi / được giao và chi "
        "phí cho mỗi cơ quan đã công bố",
        "Money allocated / money requested for the budget years of the period (VND); with spent / allocated and the "
        "cost per declared agency",
        "Thông tư 159/2010/TT-BTC; Thông tư 116/2015/TT-BTC",
        people.BUDGET_NEEDS,
        people.budget,
    ),
)

"""Clauses of ISO 9001:2015 by title, and where the clauses of :2000 and :2008 went.

So that a finding against 8.2.2 of :2008 and one against 9.2 of :2015 can be counted together.
Source: TCVN ISO 9001:2015; the correspondence follows ISO/TC 176's matrix, reduced to the main
equivalent of each clause (the matrix lists several for some).
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.contracts.standard_clauses_2008 import CLAUSES_2008

#: Titles in Vietnamese (TCVN) and English.
CLAUSES_2015: Mapping[str, tuple[str, str]] = {
    "4": ("Bối cảnh của tổ chức", "Context of the organization"),
    "4.1": ("Hiểu tổ chức và bối cảnh của tổ chức", "Understanding the organization and its context"),
    "4.2": ("Hiểu nhu cầu và mong đợi của các bên quan tâm", "Needs and expectations of interested parties"),
    "4.3": ("Xác định phạm vi của hệ thống quản lý chất lượng", "Scope of the quality management system"),
    "4.4": ("Hệ thống quản lý chất lượng và các quá trình của hệ thống", "The system and its processes"),
    "5": ("Sự lãnh đạo", "Leadership"),
    "5.1": ("Sự lãnh đạo và cam kết", "Leadership and commitment"),
    "5.1.1": ("Khái quát", "General"),
    "5.1.2": ("Hướng vào khách hàng", "Customer focus"),
    "5.2": ("Chính sách", "Policy"),
    "5.3": ("Vai trò, trách nhiệm và quyền hạn trong tổ chức", "Roles, responsibilities and authorities"),
    "6": ("Hoạch định", "Planning"),
    "6.1": ("Hành động giải quyết rủi ro và cơ hội", "Actions to address risks and opportunities"),
    "6.2": ("Mục tiêu chất lượng và hoạch định để đạt được mục tiêu", "Quality objectives and planning"),
    "6.3": ("Hoạch định các thay đổi", "Planning of changes"),
    "7": ("Hỗ trợ", "Support"),
    "7.1": ("Nguồn lực", "Resources"),
    "7.1.1": ("Khái quát", "General"),
    "7.1.2": ("Con người", "People"),
    "7.1.3": ("Cơ sở hạ tầng", "Infrastructure"),
    "7.1.4": ("Môi trường cho việc thực hiện các quá trình", "Environment for the operation of processes"),
    "7.1.5": ("Nguồn lực theo dõi và đo lường", "Monitoring and measuring resources"),
    "7.1.6": ("Tri thức của tổ chức", "Organizational knowledge"),
    "7.2": ("Năng lực", "Competence"),
    "7.3": ("Nhận thức", "Awareness"),
    "7.4": ("Trao đổi thông tin", "Communication"),
    "7.5": ("Thông tin dạng văn bản", "Documented information"),
    "7.5.1": ("Khái quát", "General"),
    "7.5.2": ("Tạo lập và cập nhật", "Creating and updating"),
    "7.5.3": ("Kiểm soát thông tin dạng văn bản", "Control of documented information"),
    "8": ("Thực hiện", "Operation"),
    "8.1": ("Hoạch định và kiểm soát việc thực hiện", "Operational planning and control"),
    "8.2": ("Yêu cầu đối với sản phẩm và dịch vụ", "Requirements for products and services"),
    "8.2.1": ("Trao đổi thông tin với khách hàng", "Customer communication"),
    "8.2.2": ("Xác định các yêu cầu liên quan đến sản phẩm và dịch vụ", "Determining the requirements"),
    "8.2.3": ("Xem xét các yêu cầu liên quan đến sản phẩm và dịch vụ", "Review of the requirements"),
    "8.2.4": ("Thay đổi yêu cầu đối với sản phẩm và dịch vụ", "Changes to the requirements"),
    "8.3": ("Thiết kế và phát triển sản phẩm và dịch vụ", "Design and development"),
    "8.3.1": ("Khái quát", "General"),
    "8.3.2": ("Hoạch định thiết kế và phát triển", "Design and development planning"),
    "8.3.3": ("Đầu vào của thiết kế và phát triển", "Design and development inputs"),
    "8.3.4": ("Kiểm soát thiết kế và phát triển", "Design and development controls"),
    "8.3.5": ("Đầu ra của thiết kế và phát triển", "Design and development outputs"),
    "8.3.6": ("Thay đổi thiết kế và phát triển", "Design and development changes"),
    "8.4": ("Kiểm soát quá trình, sản phẩm và dịch vụ do bên ngoài cung cấp", "Control of external provision"),
    "8.4.1": ("Khái quát", "General"),
    "8.4.2": ("Loại hình và mức độ kiểm soát", "Type and extent of control"),
    "8.4.3": ("Thông tin cho nhà cung cấp bên ngoài", "Information for external providers"),
    "8.5": ("Sản xuất và cung cấp dịch vụ", "Production and service provision"),
    "8.5.1": ("Kiểm soát sản xuất và cung cấp dịch vụ", "Control of production and service provision"),
    "8.5.2": ("Nhận biết và truy xuất nguồn gốc", "Identification and traceability"),
    "8.5.3": ("Tài sản của khách hàng hoặc nhà cung cấp bên ngoài", "Property of customers or external providers"),
    "8.5.4": ("Bảo toàn", "Preservation"),
    "8.5.5": ("Hoạt động sau giao hàng", "Post-delivery activities"),
    "8.5.6": ("Kiểm soát thay đổi", "Control of changes"),
    "8.6": ("Thông qua sản phẩm và dịch vụ", "Release of products and services"),
    "8.7": ("Kiểm soát đầu ra không phù hợp", "Control of nonconforming outputs"),
    "9": ("Đánh giá kết quả thực hiện", "Performance evaluation"),
    "9.1": ("Theo dõi, đo lường, phân tích và đánh giá", "Monitoring, measurement, analysis and evaluation"),
    "9.1.1": ("Khái quát", "General"),
    "9.1.2": ("Sự thỏa mãn của khách hàng", "Customer satisfaction"),
    "9.1.3": ("Phân tích và đánh giá", "Analysis and evaluation"),
    "9.2": ("Đánh giá nội bộ", "Internal audit"),
    "9.3": ("Xem xét của lãnh đạo", "Management review"),
    "9.3.1": ("Khái quát", "General"),
    "9.3.2": ("Đầu vào xem xét của lãnh đạo", "Management review inputs"),
    "9.3.3": ("Đầu ra xem xét của lãnh đạo", "Management review outputs"),
    "10": ("Cải tiến", "Improvement"),
    "10.1": ("Khái quát", "General"),
    "10.2": ("Sự không phù hợp và hành động khắc phục", "Nonconformity and corrective action"),
    "10.3": ("Cải tiến liên tục", "Continual improvement"),
}

#: Clauses of :2008 (those of :2000 have the same numbers) and their main equivalent in :2015.
FROM_2008: Mapping[str, str] = {
    "4": "4.4", "4.1": "4.4", "4.2": "7.5", "4.2.1": "7.5.1", "4.2.2": "7.5.1", "4.2.3": "7.5.3", "4.2.4": "7.5.3",
    "5": "5", "5.1": "5.1", "5.2": "5.1.2", "5.3": "5.2", "5.4": "6", "5.4.1": "6.2", "5.4.2": "6.3",
    "5.5": "5.3", "5.5.1": "5.3", "5.5.2": "5.3", "5.5.3": "7.4",
    "5.6": "9.3", "5.6.1": "9.3.1", "5.6.2": "9.3.2", "5.6.3": "9.3.3",
    "6": "7.1", "6.1": "7.1.1", "6.2": "7.2", "6.2.1": "7.2", "6.2.2": "7.2", "6.3": "7.1.3", "6.4": "7.1.4",
    "7": "8", "7.1": "8.1", "7.2": "8.2", "7.2.1": "8.2.2", "7.2.2": "8.2.3", "7.2.3": "8.2.1",
    "7.3": "8.3", "7.3.1": "8.3.2", "7.3.2": "8.3.3", "7.3.3": "8.3.5", "7.3.4": "8.3.4", "7.3.5": "8.3.4",
    "7.3.6": "8.3.4", "7.3.7": "8.3.6",
    "7.4": "8.4", "7.4.1": "8.4.1", "7.4.2": "8.4.3", "7.4.3": "8.4.2",
    "7.5": "8.5", "7.5.1": "8.5.1", "7.5.2": "8.5.1", "7.5.3": "8.5.2", "7.5.4": "8.5.3", "7.5.5": "8.5.4",
    "7.6": "7.1.5",
    "8": "9.1", "8.1": "9.1.1", "8.2": "9.1", "8.2.1": "9.1.2", "8.2.2": "9.2", "8.2.3": "9.1.1", "8.2.4": "8.6",
    "8.3": "8.7", "8.4": "9.1.3", "8.5": "10", "8.5.1": "10.3", "8.5.2": "10.2", "8.5.3": "6.1",
}  # fmt: skip


def titles(year: int) -> Mapping[str, tuple[str, str]]:
    """Return the clauses of the version of that year with their titles in Vietnamese and English."""
    return CLAUSES_2015 if year >= 2015 else CLAUSES_2008  # noqa: PLR2004 - year of the version


def clause_in_2015(year: int, clause: str) -> str | None:
    """Return the clause of :2015 that a clause of the version of that year is counted under.

    A finer clause than the lists hold (`9.2.2`) is counted under the nearest one above it; None if there is none.
    """
    known: Mapping[str, object] = CLAUSES_2015 if year >= 2015 else FROM_2008  # noqa: PLR2004 - year of the version
    while clause and clause not in known:
        clause = clause.rpartition(".")[0]
    if not clause:
        return None
    return clause if known is CLAUSES_2015 else FROM_2008[clause]

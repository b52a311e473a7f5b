"""Vietnamese words of the simulation: typical departments and their public procedures, texts, findings.

Names of departments, fields and public procedures are those in general use; codes, numbers of decisions and the texts
that change are made up and say so.
"""

from __future__ import annotations

from typing import NamedTuple


class Department(NamedTuple):
    """A typical specialised agency of a provincial People's Committee."""

    key: str
    name: str
    name_en: str
    #: Public procedures it carries out, with the working days that the law gives.
    procedures: tuple[tuple[str, int], ...]


DEPARTMENTS = (
    Department("vp-ubnd", "Văn phòng Ủy ban nhân dân", "Office of the People's Committee", ()),
    Department("so-kh-cn", "Sở Khoa học và Công nghệ", "Department of Science and Technology",
               (("Cấp giấy phép tiến hành công việc bức xạ (thiết bị X-quang y tế)", 25),
                ("Đăng ký công bố hợp chuẩn", 5),
                ("Cấp giấy chứng nhận đăng ký hoạt động khoa học và công nghệ", 15))),
    Department("so-noi-vu", "Sở Nội vụ", "Department of Home Affairs",
               (("Cấp giấy phép lao động cho người lao động nước ngoài", 5),
                ("Thành lập hội hoạt động trong phạm vi tỉnh", 30),
                ("Giải quyết chế độ trợ cấp thờ cúng liệt sĩ", 12))),
    Department("so-tai-chinh", "Sở Tài chính", "Department of Finance",
               (("Đăng ký thành lập công ty trách nhiệm hữu hạn một thành viên", 3),
                ("Đăng ký thay đổi địa chỉ trụ sở chính của doanh nghiệp", 3),
                ("Chấp thuận chủ trương đầu tư của Ủy ban nhân dân cấp tỉnh", 35))),
    Department("so-tu-phap", "Sở Tư pháp", "Department of Justice",
               (("Đăng ký hoạt động của Văn phòng công chứng", 10),
                ("Đăng ký hoạt động của tổ chức hành nghề luật sư", 10))),
    Department("so-y-te", "Sở Y tế", "Department of Health",
               (("Cấp mới giấy phép hành nghề khám bệnh, chữa bệnh", 30),
                ("Cấp giấy chứng nhận đủ điều kiện kinh doanh dược", 20),
                ("Công bố đủ điều kiện tiêm chủng", 3))),
    Department("so-gd-dt", "Sở Giáo dục và Đào tạo", "Department of Education and Training",
               (("Chuyển trường đối với học sinh trung học phổ thông", 2),
                ("Cấp bản sao văn bằng, chứng chỉ từ sổ gốc", 1),
                ("Cho phép trung tâm ngoại ngữ, tin học hoạt động giáo dục", 15))),
    Department("so-nn-mt", "Sở Nông nghiệp và Môi trường", "Department of Agriculture and Environment",
               (("Cấp giấy phép môi trường", 30),
                ("Cấp giấy chứng nhận đủ điều kiện buôn bán thuốc thú y", 8),
                ("Cấp giấy phép khai thác nước dưới đất", 45))),
    Department("so-xay-dung", "Sở Xây dựng", "Department of Construction",
               (("Cấp giấy phép xây dựng đối với công trình cấp đặc biệt, cấp I, cấp II", 20),
                ("Cấp đổi giấy phép lái xe", 5),
                ("Cấp chứng chỉ năng lực hoạt động xây dựng hạng II, hạng III", 20))),
    Department("so-cong-thuong", "Sở Công Thương", "Department of Industry and Trade",
               (("Cấp giấy chứng nhận đủ điều kiện cửa hàng bán lẻ xăng dầu", 20),
                ("Thông báo hoạt động khuyến mại", 1),
                ("Cấp giấy phép bán buôn rượu trên địa bàn tỉnh", 15))),
    Department("so-vh-tt-dl", "Sở Văn hóa, Thể thao và Du lịch", "Department of Culture, Sports and Tourism",
               (("Cấp giấy phép kinh doanh dịch vụ lữ hành nội địa", 10),
                ("Cấp giấy phép tổ chức triển lãm", 7))),
    Department("thanh-tra", "Thanh tra", "Provincial Inspectorate", ()),
)  # fmt: skip

#: Public procedures of communes: name, field, working days.
COMMUNE_PROCEDURES = (
    ("Đăng ký khai sinh", "Hộ tịch", 1),
    ("Đăng ký kết hôn", "Hộ tịch", 2),
    ("Chứng thực bản sao từ bản chính", "Chứng thực", 1),
    ("Đăng ký thành lập hộ kinh doanh", "Đăng ký kinh doanh", 3),
    ("Đăng ký biến động quyền sử dụng đất", "Đất đai", 10),
    ("Cấp giấy phép xây dựng nhà ở riêng lẻ", "Xây dựng", 15),
    ("Quyết định trợ cấp xã hội hằng tháng", "Bảo trợ xã hội", 10),
    ("Xác nhận tình trạng hôn nhân", "Hộ tịch", 3),
)

#: Procedures of the management system itself, ISO 9001:2015.
SYSTEM_PROCEDURES = (
    ("Quy trình kiểm soát tài liệu và hồ sơ", ("7.5",)),
    ("Quy trình đánh giá nội bộ", ("9.2",)),
    ("Quy trình xử lý sự không phù hợp và hành động khắc phục", ("10.2",)),
    ("Quy trình quản lý rủi ro và cơ hội", ("6.1",)),
    ("Quy trình xem xét của lãnh đạo", ("9.3",)),
)
INTERNAL_PROCEDURES = (
    "Quy trình tiếp nhận và xử lý văn bản đến",
    "Quy trình mua sắm tài sản công",
    "Quy trình tiếp công dân",
    "Quy trình tổ chức hội nghị, cuộc họp",
)

#: Texts that procedures rest on: number, issuer, day of issue, in force from, title.
TEXTS = (
    ("61/2018/NĐ-CP", "Chính phủ", "2018-04-23", "2018-06-21",
     "Về thực hiện cơ chế một cửa, một cửa liên thông trong giải quyết thủ tục hành chính"),
    ("63/2010/NĐ-CP", "Chính phủ", "2010-06-08", "2010-10-14", "Về kiểm soát thủ tục hành chính"),
    ("60/2014/QH13", "Quốc hội", "2014-11-20", "2016-01-01", "Luật Hộ tịch"),
    ("23/2015/NĐ-CP", "Chính phủ", "2015-02-16", "2015-04-10",
     "Về cấp bản sao từ sổ gốc, chứng thực bản sao từ bản chính, chứng thực chữ ký và chứng thực hợp đồng, giao dịch"),
    ("30/2020/NĐ-CP", "Chính phủ", "2020-03-05", "2020-03-05", "Về công tác văn thư"),
    ("19/2014/QĐ-TTg", "Thủ tướng Chính phủ", "2014-03-05", "2014-05-18",
     "Về việc áp dụng hệ thống quản lý chất lượng theo tiêu chuẩn quốc gia TCVN ISO 9001 vào hoạt động của các cơ quan"),
    ("26/2014/TT-BKHCN", "Bộ Khoa học và Công nghệ", "2014-10-10", "2014-12-01",
     "Hướng dẫn thi hành Quyết định 19/2014/QĐ-TTg"),
)  # fmt: skip

#: Clause of ISO 9001:2015 and what internal audits typically find against it.
FINDINGS = (
    ("7.5.3", "Hồ sơ lưu thiếu giấy tiếp nhận và hẹn trả kết quả theo quy định của quy trình"),
    ("8.5.1", "Bước thẩm định kéo dài quá thời gian quy định trong quy trình"),
    ("9.1.2", "Chưa tổng hợp kết quả khảo sát mức độ hài lòng của quý"),
    ("7.2", "Công chức mới chuyển đến chưa được tập huấn quy trình đang áp dụng"),
    ("6.2", "Mục tiêu chất lượng chưa được theo dõi, đo lường theo kế hoạch"),
    ("8.2.1", "Thủ tục niêm yết tại bộ phận một cửa không phải bản hiện hành"),
    ("10.2", "Chưa xác định nguyên nhân của các hồ sơ trễ hạn lặp lại"),
)
GOOD_POINTS = (
    "Trả kết quả trước hạn đối với phần lớn hồ sơ",
    "Biểu mẫu được cập nhật trên cổng dịch vụ công",
    "Lãnh đạo xem xét kết quả thực hiện hằng tháng",
)
ACTIONS = (
    "Tập huấn lại quy trình cho công chức bộ phận một cửa",
    "Bổ sung bước đối chiếu hồ sơ trước khi trình ký",
    "Rà soát, thay thế các bản niêm yết không còn hiệu lực",
    "Cài đặt nhắc hạn trên hệ thống thông tin giải quyết thủ tục hành chính",
    "Phân công người theo dõi mục tiêu chất lượng hằng tháng",
)
#: Quality objectives: what is to be reached, what is measured, target in per cent.
OBJECTIVES = (
    ("Hồ sơ thủ tục hành chính giải quyết đúng hạn từ 98 % trở lên", "Tỷ lệ hồ sơ đúng hạn và trước hạn", 98),
    ("Mức độ hài lòng của tổ chức, cá nhân từ 90 % trở lên", "Tỷ lệ phiếu hài lòng và rất hài lòng", 90),
    ("Hồ sơ trực tuyến toàn trình từ 60 % trở lên", "Tỷ lệ hồ sơ tiếp nhận trực tuyến", 60),
    ("Công chức được tập huấn quy trình mới từ 95 % trở lên", "Tỷ lệ công chức được tập huấn", 95),
)

#: Classes and whom they are for.
CLASSES = (
    ("Nhận thức chung về TCVN ISO 9001:2015", "staff"),
    ("Kỹ năng đánh giá nội bộ hệ thống quản lý chất lượng", "internal_auditors"),
    ("Duy trì, cải tiến hệ thống quản lý chất lượng", "focal_points"),
    ("Trách nhiệm của lãnh đạo đối với hệ thống quản lý chất lượng", "leaders"),
)
PRACTICES = (
    "Nhắc hạn hồ sơ qua tin nhắn trước hai ngày làm việc",
    "Dán mã QR tra cứu quy trình tại bộ phận một cửa",
    "Ghép đánh giá nội bộ với tự kiểm tra cải cách hành chính",
    "Hướng dẫn điền biểu mẫu bằng video ngắn",
)
RISKS = (
    "Công chức thụ lý chuyển công tác mà không bàn giao làm hồ sơ trễ hạn",
    "Văn bản quy phạm pháp luật thay đổi mà quy trình chưa được cập nhật",
    "Hệ thống thông tin giải quyết thủ tục hành chính ngừng hoạt động",
    "Thất lạc hồ sơ lưu khi chuyển trụ sở làm việc",
)

PUBLIC_UNITS = ("Trường Mầm non", "Trường Tiểu học", "Trường Trung học cơ sở", "Trạm Y tế")

CAUSES = ("staff_rotation", "competence", "resources", "unclear_procedure", "interlink", "it", "legal_change")
OWNERS = ("chanh-van-phong", "truong-phong-chuyen-mon", "cong-chuc-mot-cua", "thu-ky-iso")

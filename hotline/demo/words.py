"""What people report, answer and say in the demonstration: sentences of a province, put together by place and hour."""

from __future__ import annotations

PLACES = (
    "trước chợ Đồng Xoài", "gần cổng Trường Tiểu học Tân Phú", "đoạn ngã tư Sóc Miên", "cạnh trạm y tế", "hẻm 45 đường Hùng Vương",
    "ấp 3", "khu phố Phú Thịnh", "đường Phú Riềng Đỏ", "đường Lê Duẩn", "tổ 5, khu phố 2", "ngã ba Cây Chanh", "đầu cầu Rạt",
    "dọc đường ĐT 741", "khu dân cư Tiến Thành", "thôn Bình Hà", "sau nhà văn hóa khu phố", "đường Nguyễn Huệ", "gần bến xe Trường Hải",
    "trước số nhà 118 đường 6 tháng 1", "cạnh kênh thoát nước tổ 7",
)  # fmt: skip
SINCE = (
    "từ sáng nay",
    "ba ngày nay",
    "hơn một tuần nay",
    "từ sau trận mưa hôm chủ nhật",
    "cả tháng nay",
    "từ tối qua",
    "nhiều lần rồi",
)
CLOSING = (
    "Đề nghị cơ quan chức năng sớm xử lý.", "Bà con rất lo lắng, mong được trả lời.", "Tôi đã báo khu phố nhưng chưa thấy ai đến.",
    "Xin cho biết khi nào khắc phục.", "Đi lại rất nguy hiểm, nhất là buổi tối.", "Mong tổng đài chuyển đúng nơi giải quyết.",
)  # fmt: skip
# By category: what is wrong ({place}, {since}), and what the unit answers ({place}).
REPORTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "GT-01": (
        (
            "Có ổ gà sâu {place}, xe máy ngã {since}.",
            "Nhựa bong tróc, nền sụt lún {place} {since}, xe tải chạy bụi mù.",
            "Có hố lớn {place} {since}, trời mưa không thấy hố.",
        ),
        (
            "Đơn vị đã kiểm tra và vá tạm ổ gà {place}; sẽ thảm nhựa hoàn chỉnh trong đợt duy tu tháng này.",
            "Đã giao đơn vị bảo trì đường bộ sửa chữa chỗ hư hỏng {place}, hoàn thành chiều nay. Cảm ơn Ông/Bà đã phản ánh.",
        ),
    ),
    "GT-03": (
        (
            "Đèn tín hiệu {place} không hoạt động {since}.",
            "Biển báo {place} bị xe tông nghiêng {since}, che khuất tầm nhìn.",
        ),
        ("Đã thay bộ điều khiển đèn tín hiệu {place}, đèn hoạt động bình thường.", "Đã dựng lại biển báo {place}."),
    ),
    "DT-01": (
        (
            "Hàng quán {place} bày bán lấn hết vỉa hè {since}, người đi bộ phải xuống lòng đường.",
            "Chợ tự phát {place} họp tràn ra đường {since}, gây kẹt xe giờ tan tầm.",
        ),
        ("Tổ trật tự đô thị đã nhắc nhở, lập biên bản các hộ vi phạm {place} và sẽ kiểm tra thường xuyên.",),
    ),
    "DT-02": (
        ("Đèn chiếu sáng {place} tắt {since}, tối om.", "Cả dãy đèn chiếu sáng {place} không sáng {since}."),
        ("Đã thay bóng và sửa tủ điện chiếu sáng {place}; đèn sáng lại từ tối nay.",),
    ),
    "DT-03": (
        ("Cống {place} tắc, nước ngập vào nhà {since}.", "Nắp cống {place} bị mất {since}, rất nguy hiểm cho trẻ em."),
        ("Đã nạo vét, khơi thông cống {place}.", "Đã lắp lại nắp cống {place} trong ngày."),
    ),
    "MT-01": (
        ("Rác {place} không được thu gom {since}, bốc mùi.", "Có người đổ trộm rác xây dựng {place} {since}."),
        ("Đã bố trí xe thu gom rác {place}; lịch thu gom từ nay là thứ hai, thứ tư, thứ sáu.",),
    ),
    "MT-02": (
        (
            "Trại heo {place} xả nước thải ra suối {since}, mùi hôi không chịu nổi.",
            "Nước kênh {place} đen và bốc mùi {since}.",
        ),
        ("Đoàn kiểm tra đã lấy mẫu nước tại {place}, lập biên bản và yêu cầu cơ sở khắc phục trong 15 ngày.",),
    ),
    "MT-04": (
        ("Quán {place} mở loa kẹo kéo đến khuya {since}.", "Karaoke {place} hát ồn ào sau 22 giờ {since}."),
        ("Công an phường đã làm việc với chủ hộ {place}, chủ hộ cam kết không tái phạm.",),
    ),
    "DD-01": (
        (
            "Hồ sơ tách thửa của tôi nộp {since} chưa có kết quả, không ai giải thích.",
            "Tôi xin cấp giấy chứng nhận {since} mà hẹn đi hẹn lại.",
        ),
        (
            "Hồ sơ đã được bổ sung bản trích đo và trình ký; mời Ông/Bà nhận kết quả tại Trung tâm Phục vụ hành chính công.",
        ),
    ),
    "DN-01": (
        ("Khu vực {place} mất điện {since}, điện yếu không chạy được máy bơm.",),
        ("Đã xử lý sự cố trạm biến áp {place}, cấp điện lại.",),
    ),
    "DN-03": (
        ("Nước máy {place} đục và yếu {since}.", "Ống nước {place} vỡ chảy tràn đường {since}."),
        ("Đã thay đoạn ống vỡ {place}, xả cặn và cấp nước trở lại.",),
    ),
    "YT-01": (
        (
            "Tôi chờ khám {since} rất lâu, nhân viên trả lời cáu gắt.",
            "Khoa khám bệnh thu thêm tiền không giải thích {since}.",
        ),
        ("Bệnh viện đã xin lỗi người bệnh, nhắc nhở nhân viên và bố trí thêm bàn khám buổi sáng.",),
    ),
    "BH-01": (
        ("Thẻ bảo hiểm y tế của con tôi sai ngày sinh {since}.", "Tôi chưa nhận được tiền thai sản {since}."),
        ("Đã điều chỉnh dữ liệu; thẻ mới dùng được trên ứng dụng VssID từ hôm nay.",),
    ),
    "GD-01": (
        ("Trường học {place} thu quỹ lớp cao, không công khai {since}.",),
        ("Nhà trường đã trả lại khoản thu sai và công khai các khoản thu theo quy định.",),
    ),
    "AN-03": (
        ("Bãi phế liệu {place} chất gần nhà dân, nguy cơ cháy {since}.",),
        ("Đã kiểm tra, yêu cầu chủ bãi di dời vật liệu dễ cháy và trang bị bình chữa cháy.",),
    ),
    "HC-01": (
        (
            "Tôi đi lại nhiều lần vẫn bị yêu cầu bổ sung giấy tờ {since}.",
            "Bộ phận một cửa hẹn trả kết quả nhưng {since} chưa có.",
        ),
        ("Đã rà soát, hồ sơ đủ thành phần; kết quả được trả trong ngày làm việc hôm nay.",),
    ),
    "HC-05": (
        ("Tôi nộp hồ sơ trên Cổng dịch vụ công bị lỗi không tải được tệp {since}.",),
        ("Lỗi tải tệp đã được khắc phục; mời Ông/Bà nộp lại, hồ sơ không phải nộp bản giấy.",),
    ),
    "LD-03": (
        ("Có cháu nhỏ {place} thường bị đánh {since}, hàng xóm nghe tiếng khóc.",),
        ("Cán bộ trẻ em và công an đã đến xác minh, cháu được chăm sóc an toàn và theo dõi.",),
    ),
}
HAPPY = (
    "Cảm ơn, xử lý nhanh.", "Đường đã được sửa, đi lại an toàn hơn.", "Tổng đài viên rất lịch sự.", "", "", "", "Hài lòng với cách trả lời.",
    "Đơn vị gọi lại hỏi thăm, rất tốt.",
)  # fmt: skip
UNHAPPY = (
    "Trả lời chung chung, thực tế chưa làm.", "Chỉ vá tạm, mưa xuống lại hỏng.", "Chờ quá lâu.", "Chưa ai đến xem như trong câu trả lời.",
    "Nhân viên không giải thích rõ.",
)  # fmt: skip
# How calls to the unhappy ended, and what the lead wrote down.
CALLED_BACK = (
    ("explained", "Đã gọi, giải thích lịch thi công đợt tiếp theo; người dân đồng ý."),
    ("explained", "Đã xin lỗi về thời gian chờ và báo lại kết quả của đơn vị."),
    ("explained", "Đã hướng dẫn thêm thủ tục; người phản ánh không còn ý kiến."),
    ("declined", "Ông/Bà cho biết đã có ý kiến trên trang đánh giá, không muốn trao đổi thêm."),
    ("unreachable", "Gọi ba lần vào các giờ khác nhau, không ai nghe máy."),
)
SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Điểu", "Thị")
GIVEN = (
    "Văn Hùng", "Thị Lan", "Minh Tuấn", "Thị Hồng", "Quốc Bảo", "Thị Mai", "Văn Sơn", "Ngọc Anh", "Thanh Tùng", "Thị Thu", "Đức Thắng",
    "Thị Hạnh", "Văn Long", "Thị Nga", "Hữu Phước", "Kim Oanh",
)  # fmt: skip
# What reaches the switchboard without a category: what was said ({place}), and how it ended.
UNSORTED: dict[str, tuple[tuple[str, str], ...]] = {
    "settle": (
        (
            "Hỏi giờ làm việc của Trung tâm Phục vụ hành chính công.",
            "Trung tâm làm việc từ 7 giờ 30 đến 11 giờ 30 và từ 13 giờ đến 17 giờ, thứ Hai đến thứ Sáu.",
        ),
        (
            "Hỏi thủ tục đổi thẻ căn cước khi đã chuyển hộ khẩu sang phường mới.",
            "Thẻ căn cước cũ vẫn dùng được đến hết hạn; khi cần đổi, Ông/Bà đến Công an phường nơi cư trú, không phải nộp thêm giấy tờ.",
        ),
        (
            "Hỏi sau khi sáp nhập xã thì giấy chứng nhận quyền sử dụng đất có phải làm lại không.",
            "Giấy chứng nhận đã cấp vẫn có giá trị; Ông/Bà chỉ đổi khi có nhu cầu, không mất phí chỉnh lý địa danh.",
        ),
        (
            "Hỏi số điện thoại của Ủy ban nhân dân phường nơi tôi đang ở.",
            "Tổng đài đã đọc số điện thoại và địa chỉ bộ phận một cửa của phường.",
        ),
        (
            "Hỏi cách nộp lệ phí trước bạ xe máy qua mạng.",
            "Ông/Bà nộp trên Cổng Dịch vụ công quốc gia, mục Nộp thuế, lệ phí trước bạ; tổng đài đã hướng dẫn từng bước.",
        ),
        (
            "Hỏi lịch tiêm chủng của trạm y tế trong tháng.",
            "Trạm y tế tiêm vào các ngày 10 và 25 hằng tháng, buổi sáng; Ông/Bà mang theo sổ tiêm chủng.",
        ),
        (
            "Cảm ơn tổng đài vì đèn đường {place} đã sáng lại.",
            "Tổng đài xin ghi nhận và chuyển lời cảm ơn đến đơn vị đã sửa đèn.",
        ),
    ),
    "refuse": (
        (
            "Đề nghị xem lại bản án tranh chấp đất của gia đình tôi.",
            "Nội dung thuộc thẩm quyền của Tòa án nhân dân; mời Ông/Bà liên hệ Tòa án nhân dân khu vực đã xét xử.",
        ),
        (
            "Đề nghị tổng đài đòi giúp tiền cho bạn vay.",
            "Đây là giao dịch dân sự giữa hai bên; Ông/Bà có thể khởi kiện tại Tòa án nhân dân khu vực.",
        ),
        (
            "Khiếu nại quyết định thu hồi đất đã có kết luận cuối cùng.",
            "Khiếu nại được giải quyết theo Luật Khiếu nại; mời Ông/Bà gửi đơn đến Ban Tiếp công dân tỉnh.",
        ),
    ),
    "refer": (
        (
            "Ngân hàng trừ tiền tài khoản của tôi không rõ lý do.",
            "Đã chuyển Ngân hàng Nhà nước khu vực xem xét; Ông/Bà sẽ nhận trả lời trực tiếp từ ngân hàng.",
        ),
        (
            "Quốc lộ 14 đoạn qua tỉnh bên có ổ gà lớn.",
            "Đã chuyển Khu Quản lý đường bộ phụ trách đoạn tuyến ngoài tỉnh.",
        ),
    ),
    "withdraw": (
        ("Hàng xóm để xe chắn lối đi {place}.", "Người phản ánh báo hai bên đã tự thỏa thuận."),
        ("Hồ sơ hộ tịch chưa có kết quả.", "Người phản ánh báo vừa nhận được kết quả."),
    ),
    "sort": (
        ("Chó thả rông {place} đuổi cắn người đi đường.", "Đã nhắc nhở các hộ nuôi chó {place} đeo rọ mõm, xích chó."),
        ("Cột điện thoại cũ {place} nghiêng sắp đổ.", "Đã phối hợp doanh nghiệp viễn thông tháo dỡ cột cũ {place}."),
        ("Cây xanh {place} gãy cành, che lối đi.", "Đã cắt tỉa, thu dọn cành cây {place}."),
    ),
}
WRONG_DOOR = (
    "Tuyến đường này do địa phương quản lý, không thuộc phạm vi của đơn vị.",
    "Nội dung thuộc chức năng của đơn vị khác theo quy chế phối hợp.",
    "Vị trí phản ánh không nằm trên địa bàn quản lý.",
)
ASKED = (
    "Xin Ông/Bà cho biết địa điểm cụ thể hơn, gần số nhà nào.",
    "Xin Ông/Bà cho biết mã hồ sơ ghi trên giấy hẹn.",
    "Xin Ông/Bà gửi thêm thời gian xảy ra sự việc để đơn vị kiểm tra.",
)
REPLIED = "Người phản ánh đã bổ sung thông tin qua điện thoại."
HELD = ("Chờ vật tư thay thế.", "Chờ hết mưa mới thi công được.", "Chờ lịch cắt điện để sửa chữa an toàn.")
NOTES = (
    "Đã gọi cho người phản ánh, hẹn kiểm tra hiện trường.",
    "Đã gọi xác nhận nội dung; đang kiểm tra hiện trường, có chụp ảnh.",
    "Đã gọi báo người phản ánh biết đơn vị đang xử lý.",
)
REWORK = (
    "Ghi rõ thời gian hoàn thành.",
    "Trả lời đúng trọng tâm, bớt câu chung chung.",
    "Bổ sung kết quả kiểm tra thực tế.",
)
EXCUSED = (
    "Mưa lũ làm ngập đường vào hiện trường; đơn vị đã báo tổng đài trước khi hết hạn.",
    "Người phản ánh đề nghị lùi buổi kiểm tra hiện trường; có ghi trong biên bản.",
)
ADDED = "Đơn vị sẽ tiếp tục theo dõi và thông báo khi có thay đổi."
NOT_FIXED = ("Người phản ánh cho biết chưa khắc phục.", "Mới làm được một phần, phần còn lại vẫn như cũ.")
DONE_AGAIN = "Sau khi nhận lại phản ánh, đơn vị đã xử lý dứt điểm."
WITHDRAWN = "Người phản ánh gọi báo không cần giải quyết nữa."
ASKED_ABOUT = "Hỏi khi nào giải quyết xong; đã đọc đơn vị và thời hạn."

"""What the caller hears. The line speaks Vietnamese to everybody, whatever the language of a screen."""

from __future__ import annotations

LANGUAGE = "vi-VN"
WELCOME = (
    "Xin chào Ông Bà. Đây là tổng đài tiếp nhận phản ánh, kiến nghị của {province}. "
    "Xin Ông Bà giữ máy để gặp tổng đài viên."
)
KEY_GENUINE = "Bấm 8 để nghe cách nhận biết tin nhắn thật."
GENUINE = (
    "Tin nhắn thật của tổng đài mang tên người gửi {brand} và chỉ dẫn đến một địa chỉ duy nhất: {host}. "
    "Chúng tôi không bao giờ hỏi mật khẩu, mã xác thực hay yêu cầu chuyển tiền. "
    "Xin Ông Bà giữ máy nếu muốn gặp tổng đài viên."
)
NEXT_IN_LINE = "Ông Bà là người tiếp theo được phục vụ. Xin vui lòng giữ máy."
POSITION = "Ông Bà đang ở vị trí thứ {position} trong hàng chờ. Xin vui lòng giữ máy."
PLEASE_HOLD = "Xin Ông Bà vui lòng giữ máy."
CONNECTING = "Tổng đài viên đã sẵn sàng, xin mời Ông Bà nói."
LEAVE_MESSAGE = (
    "Rất tiếc, hiện chưa có tổng đài viên nào nhận được cuộc gọi. "
    "Xin Ông Bà để lại lời nhắn sau tiếng bíp, rồi bấm phím thăng. Chúng tôi sẽ gọi lại."
)
MESSAGE_TAKEN = "Chúng tôi đã ghi nhận lời nhắn và sẽ gọi lại. Xin cảm ơn Ông Bà."
NO_MESSAGE = "Chúng tôi chưa nhận được lời nhắn. Xin cảm ơn và kính chào Ông Bà."
TROUBLE = "Hệ thống đang gặp sự cố. Xin Ông Bà vui lòng gọi lại sau ít phút. Xin cảm ơn Ông Bà."


def spelt(address: str) -> str:
    """A web address as it is read aloud: `1022.example.gov.vn` -> `1022 chấm example chấm gov chấm vn`."""
    return address.replace(".", " chấm ")

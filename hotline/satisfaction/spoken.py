"""What is said aloud to the citizen, by the machine and by the operator: always Vietnamese, the same words to all."""

from __future__ import annotations

from hotline.satisfaction.rules import keypad

KEY_RATE = "Bấm 9 để đánh giá kết quả trả lời."
ASK = {
    keypad.CODE: "Xin nhập mã phản ánh gồm chín chữ số.",
    keypad.FOLLOW_CODE: "Xin nhập mã tra cứu gồm bốn chữ số mà tổng đài viên đã đọc cho Ông Bà.",
    keypad.SOLVED: "Nội dung đã được giải quyết chưa? Bấm 1: đã giải quyết, 2: một phần, 3: chưa.",
    keypad.SCORE: "Ông Bà có hài lòng không? Bấm từ 1, rất không hài lòng, đến 5, rất hài lòng.",
}
AGAIN = {
    keypad.CODE: "Mã chưa đúng.",
    keypad.FOLLOW_CODE: "Mã tra cứu chưa khớp.",
    keypad.SOLVED: "Chúng tôi chưa nhận được câu trả lời.",
    keypad.SCORE: "Chúng tôi chưa nhận được câu trả lời.",
}
END = {
    keypad.End.THANKS: "Xin cảm ơn Ông Bà.",
    keypad.End.UNHAPPY: (
        "Xin cảm ơn Ông Bà. Chúng tôi rất tiếc vì Ông Bà chưa hài lòng. "
        "Xin Ông Bà giữ máy để gặp tổng đài viên, hoặc gác máy nếu không cần."
    ),
    keypad.End.GIVEN_UP: (
        "Rất tiếc, chúng tôi chưa nhận được thông tin phù hợp. Ông Bà có thể xem lại tin nhắn rồi gọi lại, "
        "hoặc gọi để tổng đài viên giúp. Xin cảm ơn và kính chào Ông Bà."
    ),
    keypad.End.NOT_YET: (
        "Phản ánh này chưa có trả lời để đánh giá. Khi có trả lời, chúng tôi sẽ báo Ông Bà. Xin cảm ơn Ông Bà."
    ),
    keypad.End.EXPIRED: "Thời gian đánh giá phản ánh này đã hết. Xin cảm ơn Ông Bà.",
    keypad.End.RATED: "Đánh giá của Ông Bà đã được ghi nhận trước đây. Xin cảm ơn Ông Bà.",
    keypad.End.LOCKED: (
        "Mã đã được nhập sai nhiều lần. Để bảo vệ người phản ánh, xin Ông Bà gọi lại vào ngày mai. Xin cảm ơn Ông Bà."
    ),
}

# The script of the call-back sample, read aloud word for word: `{...}` are facts of the case.
SCRIPT_HELLO = (
    "Xin chào Ông/Bà, tôi gọi từ {province}, số {phone}. Ngày {received}, chúng tôi nhận được phản ánh số {code} của "
    "Ông/Bà; ngày {closed} phản ánh đã được trả lời. Hệ thống chọn ngẫu nhiên Ông/Bà để hỏi hai câu về việc trả lời, "
    "chưa đến một phút. Xin Ông/Bà cho biết có đồng ý không?"
)
SCRIPT_SOLVED = "Nội dung Ông/Bà phản ánh đã được giải quyết chưa? Đã giải quyết, một phần, hay chưa?"
SCRIPT_SCORE = (
    "Ông/Bà có hài lòng với việc trả lời không? Xin chọn một trong năm mức: 1 là rất không hài lòng, 2 là không hài "
    "lòng, 3 là bình thường, 4 là hài lòng, 5 là rất hài lòng."
)
SCRIPT_COMMENT = "Ông/Bà có muốn góp ý thêm điều gì không?"
SCRIPT_GOODBYE = "Chúng tôi đã ghi nhận đúng như Ông/Bà nói. Xin cảm ơn và kính chào Ông/Bà."

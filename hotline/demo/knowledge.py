"""The knowledge base in use: two notices that hold today, readings of the last year, questions nobody could answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import select

from hotline.actor import Actor
from hotline.catalogue.actions import AnswerDraft, add_answer, report_missing
from hotline.catalogue.models import AnswerKind, AnswerUse, CommonAnswer
from hotline.catalogue.queries import current_areas, department_by_code
from hotline.db import db
from hotline.demo.people import UNIT_OF_THE_SIGN_INS
from hotline.web.formats import local

# unit, place in the list of areas, begins and ends (hours from now), what about, what is said, other words
NOTICES = (
    (
        "DIENLUC",
        0,
        (-3, 5),
        "Tạm ngừng cấp điện để sửa chữa lưới điện",
        "Công ty Điện lực tạm ngừng cấp điện một phần địa bàn để thay trạm biến áp và phát quang hành lang tuyến. Điện "
        "có thể được đóng lại sớm hơn. Trong thời gian này đề nghị coi như đường dây vẫn có điện, không tự ý đến gần.",
        "cúp điện, mất điện, lịch cắt điện",
    ),
    (
        "CAPNUOC",
        1,
        (-1, 9),
        "Tạm ngừng cấp nước do vỡ ống truyền tải",
        "Đơn vị cấp nước đang khắc phục đoạn ống vỡ. Khu vực cuối nguồn nước yếu trước và sau thời gian ngừng. Khi có "
        "nước trở lại, xả vài phút trước khi dùng. Xe bồn phục vụ bệnh viện, trường học theo yêu cầu.",
        "cúp nước, mất nước, nước yếu",
    ),
)
MISSING = (
    "Lịch tiêm vắc xin dại cho chó mèo ở phường tháng này",
    "Thủ tục xin hỗ trợ hỏa táng",
    "Đổi tên chủ hợp đồng nước khi mua nhà cũ",
)
ASKED_AGO = (timedelta(hours=3), timedelta(days=1, hours=2), timedelta(days=4))
TO_BE_REVIEWED = 4
READ_OUT, A_YEAR_DAYS, LATELY_DAYS = 600, 365, 45
LEFT_UNREAD = 5


def fill_knowledge_base(seed: int, by: list[Actor], lead: Actor, now: datetime) -> None:
    """Notices, readings and missing answers, by the same seed the same."""
    chance = Random(seed)
    today = local(now).date()
    places = current_areas(today)
    entries = db.session.scalars(select(CommonAnswer).order_by(CommonAnswer.id)).all()
    own = department_by_code(UNIT_OF_THE_SIGN_INS, today)
    mine = next(entry for entry in entries if own and entry.department_id == own.id)
    for number, entry in enumerate([mine, *chance.sample(entries, TO_BE_REVIEWED)]):
        entry.review_on = today - timedelta(days=2 + number)
    for unit_code, place, (begins, ends), about, said, words in NOTICES:
        unit = department_by_code(unit_code, today)
        draft = AnswerDraft(
            AnswerKind.NOTICE,
            about,
            said,
            source="Thông báo của đơn vị",
            keywords=words,
            area_id=places[place].id,
            department_id=unit.id if unit else None,
            begins_at=now + timedelta(hours=begins),
            ends_at=now + timedelta(hours=ends),
        )
        add_answer(draft, by=lead, now=now + timedelta(hours=begins))
    _read_out(chance, list(entries), by, now)
    for question, ago in zip(MISSING, ASKED_AGO, strict=True):
        report_missing(question, by=chance.choice(by), now=now - ago)


def _read_out(chance: Random, entries: list[CommonAnswer], by: list[Actor], now: datetime) -> None:
    """Some entries are asked for every day, a few never: the first of a shuffled list the most."""
    chance.shuffle(entries)
    asked = entries[:-LEFT_UNREAD]
    weights = [1 / (place + 1) for place in range(len(asked))]
    rows = []
    for entry in chance.choices(asked, weights, k=READ_OUT):
        days = LATELY_DAYS if chance.random() < 0.4 else A_YEAR_DAYS
        there = local(now - timedelta(days=1 + days * chance.random()))
        at = there.replace(hour=chance.randrange(7, 21)).astimezone(UTC)
        rows.append(AnswerUse(common_answer_id=entry.id, at=at, by_name=chance.choice(by).name))
        entry.uses += 1
        entry.last_used_at = max(entry.last_used_at or at, at)
    db.session.add_all(rows)

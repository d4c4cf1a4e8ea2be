"""Shared work of the demonstration: one incident of many callers, parts of other units, one call about two things."""

from __future__ import annotations

from datetime import datetime, timedelta

from hotline.calls import actions as calls
from hotline.catalogue.models import Department
from hotline.db import db
from hotline.demo.life import Caller, Stage
from hotline.tickets import actions
from hotline.tickets.models import Ticket
from hotline.web.formats import local

TALKED = timedelta(seconds=95)
SINCE_FIRST_CALL, BETWEEN_CALLS = timedelta(minutes=58), timedelta(minutes=4)
SINCE_YESTERDAY = timedelta(hours=26)
ROAD, WATER, HEALTH = "GT-01", "MT-02", "YT-01"
PLACE = "Quốc lộ 14, trước chợ Đồng Xoài"
INCIDENT = (
    "Mặt đường Quốc lộ 14 trước chợ Đồng Xoài vừa sụt một hố lớn sau trận mưa, xe máy phải leo lên vỉa hè.",
    "Quốc lộ 14 trước chợ Đồng Xoài có hố sụt sâu cả mét, đã có hai xe máy ngã.",
    "Đường trước chợ Đồng Xoài bị sụt lún, xe tải không qua được, kẹt xe dài.",
    "Hố sụt ngay trước chợ Đồng Xoài, chưa ai rào chắn, rất nguy hiểm.",
    "Tôi chở con đi học suýt rơi xuống hố sụt trên Quốc lộ 14 trước chợ.",
    "Báo gấp: nền Quốc lộ 14 đoạn trước chợ Đồng Xoài bị sụt, hố đang rộng thêm.",
    "Đề nghị cho người rào hố sụt trước chợ Đồng Xoài, sắp đến giờ tan tầm.",
    "Xe khách kẹt ở Quốc lộ 14 vì hố sụt trước chợ, không có người điều tiết.",
    "Chỗ sụt trước chợ Đồng Xoài làm vỡ cả ống nước, nước phun lên mặt đường.",
    "Hố lớn trên Quốc lộ 14 trước chợ, ban đêm không có đèn sẽ có người chết.",
    "Gia đình tôi bán hàng trước chợ Đồng Xoài, hố sụt đã ăn vào sát hiên nhà.",
    "Cho hỏi bao giờ sửa chỗ sụt Quốc lộ 14 trước chợ Đồng Xoài, xe không đi được.",
)
NOT_JOINED_YET = "Quốc lộ 14 trước chợ Đồng Xoài sụt hố sâu, xe máy ngã liên tục, xin rào chắn ngay."
SMELL = "Mương thoát nước dọc công trình mở rộng đường ĐT 741 ứ đọng, nước đen và hôi thối cả tuần nay."
DUST = "Xe chở đất làm rơi vãi, mặt đường nứt vỡ và bụi mù trước Trường Tiểu học Tân Phú."
ASKED_OF_WORKS = "Đề nghị cho biết nhà thầu nào đang thi công đoạn mương và khi nào khơi thông dòng chảy."
ASKED_OF_ENVIRONMENT = "Đề nghị đo bụi trước cổng trường và cho biết có vượt quy chuẩn không."
MEASURED = (
    "Đã đo: bụi lơ lửng vượt quy chuẩn 1,4 lần vào giờ cao điểm. Đã yêu cầu chủ mỏ đất rửa xe trước khi ra "
    "đường và che bạt; sẽ đo lại sau bảy ngày."
)
TWO_THINGS = (
    "Đường hẻm 45 Hùng Vương có ổ gà sâu, xe máy hay ngã.",
    "Cũng trong cuộc gọi: trạm y tế phường hai hôm nay không có bác sĩ trực.",
)
SPOKEN_TO = "Đã gọi báo người phản ánh biết các đơn vị đang cùng xử lý."
REPORTS = len(INCIDENT) + 1 + 2 + len(TWO_THINGS)


def share_some_work(stage: Stage) -> None:
    """Play all of it, up to the present."""
    by_code = {unit.code: unit for unit in stage.units}
    _one_incident(stage)
    road = _accepted(stage, DUST, ROAD, stage.callers[14])
    _ask(stage, road, by_code["SNNMT"], ASKED_OF_ENVIRONMENT, report=MEASURED)
    water = _accepted(stage, SMELL, WATER, stage.callers[15])
    _ask(stage, water, by_code["SXD"], ASKED_OF_WORKS)
    _two_things_in_one_call(stage, stage.callers[16])


def _one_incident(stage: Stage) -> None:
    """A dozen callers about one hole in a road: the first report is the main case, the others were saved into it."""
    at, main = stage.now - SINCE_FIRST_CALL, None
    for number, said in enumerate(INCIDENT):
        ticket = _call(stage, stage.callers[number], said, ROAD, at, address=PLACE, into=main)
        if main is None:
            main = ticket
            actions.accept(main, by=stage.crew.staff[main.department_id or 0], now=at + BETWEEN_CALLS / 2)
        at += BETWEEN_CALLS
    _call(stage, stage.callers[len(INCIDENT)], NOT_JOINED_YET, ROAD, at, address=PLACE)


def _accepted(stage: Stage, said: str, category: str, caller: Caller) -> Ticket:
    at = stage.now - SINCE_YESTERDAY
    ticket = _call(stage, caller, said, category, at)
    by = stage.crew.staff[ticket.department_id or 0]
    actions.accept(ticket, by=by, now=at + timedelta(minutes=20))
    actions.note(ticket, text=SPOKEN_TO, reached=True, by=by, now=at + timedelta(minutes=30))
    return ticket


def _ask(stage: Stage, ticket: Ticket, unit: Department, question: str, *, report: str = "") -> None:
    """Ask `unit` by the end of the next working day; with a `report` it has contributed meanwhile."""
    asked_at = stage.now - SINCE_YESTERDAY + timedelta(hours=1)
    due_on = local(stage.work.deadline_days(stage.now, 1)).date()
    lead = stage.crew.staff[ticket.department_id or 0]
    actions.involve(ticket, unit, question=question, due_on=due_on, by=lead, now=asked_at)
    if report:
        by = stage.crew.staff[unit.id]
        actions.contribute(ticket, report=report, by=by, now=asked_at + timedelta(hours=20))


def _two_things_in_one_call(stage: Stage, caller: Caller) -> None:
    """A caller with two things: two cases of one call."""
    at = stage.now - timedelta(hours=3)
    operator = stage.crew.operators[0]
    call = stage.telephone.answered(caller.number, at, TALKED, operator)
    wishes = [
        _wish(stage, caller, said, category, at) for said, category in zip(TWO_THINGS, (ROAD, HEALTH), strict=True)
    ]
    first, _call_of_it = calls.log_call(wishes[0], call=call, by=operator, now=at + TALKED)
    _settle(stage, first)
    second, _same = calls.log_call(wishes[1], call=call, beside=first, by=operator, now=at + 2 * TALKED)
    _settle(stage, second)


def _call(
    stage: Stage,
    caller: Caller,
    said: str,
    category: str,
    at: datetime,
    *,
    address: str = "",
    into: Ticket | None = None,
) -> Ticket:
    operator = stage.crew.operators[0]
    call = stage.telephone.answered(caller.number, at, TALKED, operator)
    wish = _wish(stage, caller, said, category, at, address=address)
    ticket, _call_of_it = calls.log_call(wish, call=call, into=into, by=operator, now=at + TALKED)
    _settle(stage, ticket)
    return ticket


def _wish(
    stage: Stage, caller: Caller, said: str, category: str, at: datetime, *, address: str = ""
) -> actions.NewTicket:
    found = next(row for row in stage.categories if row.code == category)
    return actions.NewTicket(
        content=said,
        received_at=at,
        category_id=found.id,
        area_id=stage.areas[0].id,
        address=address,
        caller_name=caller.name,
        phone=caller.number,
    )


def _settle(stage: Stage, ticket: Ticket) -> None:
    """The same seed gives the same follow code; what comes next finds the report in the database."""
    ticket.follow_code = f"{stage.chance.randrange(10_000):04}"
    db.session.flush()

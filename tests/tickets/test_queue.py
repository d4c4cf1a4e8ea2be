"""The queue: what is due next first, only what one may see, counted as it is listed, narrowed as asked."""

import itertools
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.catalogue.models import Area, Category, Department
from hotline.db import db, transaction
from hotline.staff.models import User
from hotline.tickets import actions, queries
from hotline.tickets.models import CallerKind, Channel, SubTask, Ticket
from hotline.tickets.queries import Filters, View
from hotline.tickets.rules.lifecycle import Status

ROLES = ("staff", "head", "operator", "lead", "leader")


def codes(page):
    return re.findall(r'class="code" href="/tickets/([^"]+)" data-row', page)


def tabs(page):
    return re.findall(
        r'<a href="/tickets\?view=(\w+)[^"]*"(?: aria-current="page")?>',
        page.partition('<nav class="tabs"')[2].partition("</nav>")[0],
    )


def pages_of(client, view, **filters):
    """All codes of a list, page after page, as somebody would click through it."""
    address, found = f"/tickets?{'&'.join(f'{name}={value}' for name, value in {'view': view, **filters}.items())}", []
    while address:
        page = client.get(address).text
        found += codes(page)
        following = re.search(r'<a class="btn btn-secondary" href="([^"]+)" rel="next"', page)
        address = following.group(1).replace("&amp;", "&") if following else None
    return found


@pytest.fixture
def house(app, by, opened, moved):
    """A house with something in every list; {name: code}."""
    made = {
        "new": opened(),
        "mine": opened("GT-03", caller_kind=CallerKind.BUSINESS, business_name="Công ty Bình Phước"),
        "waiting": opened(channel=Channel.WEB),
        "approval": opened(),
        "rework": opened(),
        "foreign": opened("YT-01"),
        "unsorted": opened(category=None),
        "returned": opened(),
        "done": opened(),
        "joined": opened(phone="0988000456"),
    }
    with app.app_context():
        me = db.session.scalars(select(User).where(User.email == "staff@demo.test")).one()
        health = db.session.scalars(
            select(Department).where(Department.code == "SYT", Department.valid_to.is_(None))
        ).one()
        main = db.session.scalars(select(Ticket).where(Ticket.code == made["new"])).one()
    moved(made["mine"], ("staff", "accept"), ("head", "assign", {"assignee": me}))
    moved(made["waiting"], ("staff", "accept"), ("staff", "ask", {"question": "Ở đâu?", "days": 3, "by_phone": True}))
    moved(made["waiting"], ("operator", "confirm"))
    for name in ("approval", "rework", "done"):
        moved(made[name], ("staff", "accept"), ("staff", "answer", {"body": "Đã vá."}))
    moved(made["rework"], ("head", "rework", {"reason": "Chưa rõ."}))
    moved(made["done"], ("head", "approve"))
    moved(made["returned"], ("staff", "return", {"proposed": health, "reason": "Thuộc Sở Y tế."}))
    with app.app_context(), transaction() as session:
        joined = session.scalars(select(Ticket).where(Ticket.code == made["joined"])).one()
        actions.attach(joined, session.get_one(Ticket, main.id), by=by("operator"), now=clock.now())
        late = session.scalars(select(Ticket).where(Ticket.code == made["mine"])).one()
        late.next_due_at = late.due_at = clock.now() - timedelta(hours=1)
        for row in late.clocks:
            if row.stopped_at is None:
                row.deadline_at = late.due_at
        late.held_since_at = clock.now() - timedelta(days=4)
        foreign = session.scalars(select(Ticket).where(Ticket.code == made["foreign"])).one()
        asked = clock.now() - timedelta(hours=1)
        session.add(
            SubTask(
                ticket=foreign, cycle=1, department_id=late.department_id, question="Vỉa hè do ai quản lý?",
                due_at=asked + timedelta(days=2), asked_at=asked, asked_by_name="Vũ Thị Ngọc",
            )
        )  # fmt: skip
    return made


def test_each_list_holds_what_its_name_says(house, sign_in):
    def listed(who, view):
        page = sign_in(who).get(f"/tickets?view={view}")
        assert page.status_code == 200
        return {name for name, code in house.items() if code in codes(page.text)}

    units = {"new", "mine", "approval", "rework"}
    assert listed("staff", "todo") == units
    assert listed("staff", "mine") == {"mine"} and listed("head", "mine") == set()
    assert listed("head", "unassigned") == {"new", "rework"}
    assert listed("staff", "overdue") == {"mine"}
    assert listed("staff", "rework") == {"rework"}
    assert listed("head", "approval") == {"approval"} == listed("lead", "approval")
    assert listed("staff", "waiting") == {"waiting"} == listed("operator", "waiting")
    assert listed("staff", "tasks") == {"foreign"}
    assert listed("staff", "done") == {"done"}
    assert listed("staff", "all") == units | {"waiting", "done", "joined"}
    assert listed("operator", "triage") == {"unsorted", "returned"}
    assert listed("operator", "returned") == {"returned"}
    assert listed("lead", "todo") == units | {"foreign", "unsorted", "returned"}
    assert listed("lead", "all") == set(house)


def test_people_begin_where_their_day_begins(house, sign_in, person):
    for who, first in (("staff", "mine"), ("head", "unassigned"), ("operator", "triage"), ("leader", "todo")):
        page = sign_in(who).get("/tickets").text
        assert tabs(page)[0] == first and re.search(rf'view={first}" aria-current="page"', page), who
    person("staff", is_focal_point=True)
    assert tabs(sign_in("staff").get("/tickets").text)[:3] == ["unassigned", "todo", "mine"]
    assert "approval" not in tabs(sign_in("operator").get("/tickets").text)


def test_who_assigns_begins_with_all_work_when_everything_is_assigned(sign_in):
    assert re.search(r'view=todo" aria-current="page"', sign_in("head").get("/tickets").text)


def test_every_number_is_the_length_of_its_list(app, house, by, sign_in):
    with app.app_context():
        now, ticket = clock.now(), db.session.scalars(select(Ticket).where(Ticket.code == house["mine"])).one()
        narrowings = (
            Filters(),
            Filters(words="o ga"),
            Filters(category=db.session.get_one(Category, ticket.category_id)),
            Filters(area=db.session.get_one(Area, ticket.area_id), channel=Channel.PHONE),
            Filters(caller_kind=CallerKind.BUSINESS, priority=ticket.priority),
            Filters(held_days=3),
        )
        for who, filters in itertools.product(ROLES, narrowings):
            numbers = queries.counts(by(who), now, filters, also=View.ALL)
            numbers |= queries.counts(by(who), now, filters, also=View.DONE)
            assert set(numbers) == set(queries.views_of(by(who)))
            for view in set(numbers) - {View.TASKS}:
                rows = queries.queue(view, by(who), now, filters=filters).rows
                assert numbers[view] == len(rows), (who, view, filters)
            if View.TASKS in numbers:
                assert numbers[View.TASKS] == len(queries.open_tasks(by(who)).rows) == 1
        args = {**Filters(held_days=3).args(), "view": "todo"}
    page = sign_in("staff").get("/tickets", query_string=args).text
    assert codes(page) == [house["mine"]] and ">1 phản ánh<" in page
    assert re.search(r'data-count="mine">1<', page) and 'data-count="rework"' not in page


def test_more_than_ninety_nine_are_not_counted(app, opened, moved, sign_in):
    first = opened()
    with app.app_context(), transaction() as session:
        columns = [c for c in Ticket.__table__.columns if c.name not in ("id", "code", "is_open")]
        kept = session.execute(select(*columns).where(Ticket.code == first)).mappings().one()
        session.execute(Ticket.__table__.insert(), [{**kept, "code": f"26-{number:07}x"} for number in range(99)])
        session.flush()
    page = sign_in("staff").get("/tickets?view=todo&channel=phone").text
    assert 'data-count="todo">99+<' in page and "hơn 99 phản ánh" in page
    assert len(pages_of(sign_in("staff"), "todo", channel="phone")) == 100


def test_filters_narrow_and_stay_when_paging_and_changing_lists(app, house, opened, sign_in):
    made = {opened(content=f"Việc số {number}") for number in range(27)}
    staff = sign_in("staff")
    assert set(pages_of(staff, "todo", q="viec")) == made
    page = staff.get("/tickets?view=todo&q=viec&channel=phone").text
    assert 'href="/tickets?view=overdue&amp;q=viec&amp;channel=phone"' in page
    assert 'href="/tickets?view=todo&amp;channel=phone" aria-label="Bỏ bộ lọc “viec”"' in page
    with app.app_context():
        unit = db.session.scalars(
            select(Department.id).where(Department.code == "SYT", Department.valid_to.is_(None))
        ).one()
    assert codes(sign_in("lead").get(f"/tickets?view=todo&unit={unit}").text) == [house["foreign"]]
    assert codes(staff.get("/tickets?view=all&caller=business").text) == [house["mine"]]
    assert codes(staff.get("/tickets?view=all&channel=web").text) == [house["waiting"]]


@pytest.mark.parametrize(
    "wrong",
    ["category=0", "category=x", "category=99999999999999999999", "area=-1", "unit=1e9", "channel=fax", "priority=%27",
     "caller=robot", "held=2", "held=ngay", "held=%C2%B2"],
)  # fmt: skip
def test_a_filter_that_means_nothing_is_refused_with_a_sentence(sign_in, wrong):
    answer = sign_in("lead").get(f"/tickets?{wrong}")
    assert answer.status_code == 422 and '<p class="lead">' in answer.text


def test_units_do_not_choose_a_unit(app, sign_in):
    assert sign_in("head").get("/tickets?unit=1").status_code == 422


def test_the_unit_sees_its_own_cases_and_what_is_due_next_first(opened, sign_in):
    slow, fast, foreign = opened("GT-01"), opened("GT-03"), opened("YT-01")
    assert codes(sign_in("staff").get("/tickets?view=todo").text) == [fast, slow]
    assert set(codes(sign_in("lead").get("/tickets?view=todo").text)) == {slow, fast, foreign}


def test_the_switchboard_begins_with_what_must_be_sorted(opened, sign_in, look):
    opened("GT-01")
    unsorted = opened(category=None)
    assert look(unsorted, lambda t: t.status) is Status.TRIAGE
    assert codes(sign_in("operator").get("/tickets").text) == [unsorted]


def test_search_finds_without_diacritics_by_code_and_by_last_digits(opened, sign_in):
    code = opened(content="Đường Hùng Vương bị ngập nặng sau mưa", phone="0977000123")
    opened(content="Cây xanh gãy đổ chắn lối đi", phone="0988000456")
    lead = sign_in("lead")
    for words in ("duong hung vuong", "NGẬP NẶNG", code, code.replace("-", ""), "0123"):
        assert codes(lead.get("/tickets", query_string={"q": words}).text) == [code], words
    assert "Không tìm thấy" in lead.get("/tickets?q=khongcogi").text
    for odd in ("%", "_", "' OR 1=1--"):
        assert lead.get("/tickets", query_string={"q": odd}).status_code == 200


def test_a_row_says_who_has_it_since_when_and_what_the_citizen_asked(app, house, moved, sign_in):
    moved(house["mine"], ("operator", "contact", {"summary": "Hỏi tiến độ."}), ("lead", "chase", {"reason": "Gấp."}))
    page = sign_in("staff").get("/tickets?view=mine").text
    for words in (
        "Lê Văn Hùng",
        "đơn vị giữ 4 ngày",
        "đã hỏi 1 lần",
        "đã đôn đốc 1 lần",
        "Công ty Bình Phước",
        "quá hạn 1 giờ",
    ):
        assert words in page, words
    assert "2 người gọi" in sign_in("lead").get("/tickets?view=todo").text


def test_an_empty_list_says_what_would_stand_there_and_odd_lists_do_not_exist(sign_in):
    staff = sign_in("staff")
    for view in tabs(staff.get("/tickets").text):
        page = staff.get(f"/tickets?view={view}").text
        assert "Không có phản ánh nào" in page and '<div class="empty">' in page
    assert 'href="/tickets?view=todo"><span>' in staff.get("/tickets?view=mine").text
    for odd in (
        "view=nonsense",
        "view=triage",
        "after=1e999~1",
        "after=1700000000.5~99999999999999999999",
        "view=tasks&after=x",
        "view=waiting&after=1~y",
    ):
        assert staff.get(f"/tickets?{odd}").status_code == 404, odd
    assert staff.get("/tickets/26-0000000").status_code == 404


def test_the_work_of_people_is_what_their_lists_hold(app, house, by):
    with app.app_context(), transaction() as session:
        me, now = by("staff"), clock.now()
        for name in ("new", "joined"):
            session.scalars(select(Ticket).where(Ticket.code == house[name])).one().assignee_id = me.user_id
        first = session.scalars(select(Ticket).where(Ticket.code == house["new"])).one()
        first.next_due_at = now - timedelta(hours=1)  # the first response, long before the answer
    with app.app_context():
        todo = queries.queue(View.MINE, me, now).rows
        late = [one for one in queries.queue(View.OVERDUE, me, now).rows if one.assignee_id == me.user_id]
        assert house["new"] in {one.code for one in late} and house["joined"] not in {one.code for one in todo}
        assert queries.work_of_people(by("head"), now)[me.user_id] == (len(todo), len(late))

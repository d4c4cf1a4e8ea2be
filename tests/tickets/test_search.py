"""Search: what people look for is found, by those who may; nothing typed breaks it; no question reads all cases."""

import shutil
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, text

from hotline import clock, create_app
from hotline.catalogue.queries import department_by_code
from hotline.db import db, transaction
from hotline.demo.load import load_province
from hotline.staff.models import User
from hotline.tickets import actions, jobs
from hotline.tickets.actions.searching import mark_to_file_again
from hotline.tickets.models import Ticket, TicketSearch
from hotline.tickets.queries import searching as looking
from hotline.tickets.rules.searching import Way, ask
from tests.conftest import settings as configured
from tests.support.searching import everything_found, outcomes, plant, province, recall, report
from tests.tickets.test_queue import codes

REPORTS = 100
NOW = datetime(2026, 11, 24, 10, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def listed(request, tmp_path_factory):
    """A small demonstration with the reports of the list among its own: the application and their codes."""
    folder = tmp_path_factory.mktemp("search")
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "search.db")
        url = f"sqlite:///{folder / 'search.db'}"
    else:
        server = request.getfixturevalue("postgres")
        url = server.url(server.copy(request.getfixturevalue("postgres_template")))
    app = create_app(configured(folder, url))
    with app.app_context():
        with transaction() as session:
            session.execute(delete(User))  # the demonstration brings its own
        load_province(REPORTS, 7, NOW, told=lambda number: None)
        planted = plant(NOW)
    yield app, planted
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def house(listed):
    """Inside that application; the codes of the planted reports by their keys."""
    app, planted = listed
    with app.app_context():
        yield planted


def staff_of(code):
    """Somebody of the unit that has the case."""
    unit = db.session.scalar(select(Ticket.department_id).where(Ticket.code == code))
    who = province()
    return type(who)(who.kind, "Chuyên viên", role="staff", department_id=unit)


def found(words, who):
    return [ticket.code for ticket in everything_found(words, who)]


def test_the_list_is_found(house):
    seen = outcomes(house)
    print(report(seen))
    assert len(seen) >= 100
    assert recall(seen) >= 0.95
    assert sum(len(one.wrong) for one in seen) <= len(seen) * 0.05
    judged = [one.fitting for one in seen if one.fitting is not None]
    assert sum(judged) / len(judged) >= 0.85


def test_every_case_is_filed_as_it_stands(house):
    filed = {name: getattr(TicketSearch, name) for name in ("keys", "body", "place", "identity", "scope")}
    before = db.session.execute(select(TicketSearch.ticket_id, *filed.values()).order_by(TicketSearch.ticket_id)).all()
    assert len(before) == db.session.scalar(select(func.count(Ticket.id)))
    with transaction():
        mark_to_file_again(Ticket.id > 0)
    assert jobs.file_again(NOW) == len(before)
    assert jobs.file_again(NOW) == 0
    after = db.session.execute(select(TicketSearch.ticket_id, *filed.values()).order_by(TicketSearch.ticket_id)).all()
    assert after == before


def test_a_unit_finds_its_own_cases_and_nobody_elses(house):
    own, foreign = house["ql14-oga"], house["dien-dut"]
    clerk = staff_of(own)
    assert own in found("quốc lộ 14", clerk)
    assert found("dây điện đứt", clerk) == [] and foreign in found("dây điện đứt", province())
    unit = clerk.department_id
    for words in ("đường", "xã", "nước", "tôi"):
        tickets = everything_found(words, clerk)
        for ticket in tickets:
            assert unit in {ticket.department_id, *(task.department_id for task in ticket.sub_tasks)}, words
    assert found("đường", clerk)
    assert found(foreign, clerk) == []


def test_a_unit_finds_nobody_by_number_nor_a_confidential_caller_by_name(house):
    own, secret, company = house["ql14-oga"], house["kin-danh"], house["kin-danh2"]
    for words in ("0988123001", "988123001", "3001", "123001"):
        assert own in found(words, province())
        assert own not in found(words, staff_of(own)), words
    for code, words in ((secret, "Hứa Thị Kín"), (company, "Kín Tiếng"), (company, "3809998887"), (secret, "Hứa")):
        assert code in found(words, province())
        assert found(words, staff_of(code)) == [], words
    assert secret in found("địa chính đòi hai triệu", staff_of(secret))
    assert own in found("Điểu Krơng", staff_of(own))


def test_the_words_of_scope_are_no_words(house):
    unit = staff_of(house["ql14-oga"]).department_id
    for words in (f"@{unit}", f"scope:{unit}", f'scope : "@{unit}"', f"'@{unit}'"):
        assert len(found(words, province())) < REPORTS


def test_pages_follow_each_other_whether_ranked_or_not(house, monkeypatch):
    ranked = found("đường", province())
    assert len(ranked) == len(set(ranked)) > 25
    monkeypatch.setattr(looking, "RANKED_AT_MOST", 20)
    newest = found("đường", province())
    whole = looking._matching(ask("đường"), Way.WHOLE, province())
    assert len(newest) == len(set(newest)) == len(db.session.scalars(whole).all())
    ids = {code: ticket_id for ticket_id, code in db.session.execute(select(Ticket.id, Ticket.code))}
    assert [ids[code] for code in newest] == sorted((ids[code] for code in newest), reverse=True)


ODD = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="\"'()*:^-+{}&|!<>\\@~ aàđQL149AORDNE%_;.,/\x00", max_size=40),
    st.lists(st.sampled_from(["NEAR(", "AND", "OR", "NOT", '"', "ngập", "<->", "':*", "@1", "QL", "14", "*"])).map(
        " ".join
    ),
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(words=ODD)
@example(words='NEAR("a" "b", 2)')
@example(words="\\' | 'x':*")
@example(words="2e10abc đ " * 30)
def test_nothing_that_is_typed_breaks_it(house, words):
    for who in (province(), staff_of(house["ql14-oga"])):
        looking.search(words, who)
        db.session.scalars(select(Ticket.id).where(looking.matches(words, who)).limit(1)).all()


@pytest.mark.parametrize("broken", ["x", "w~1~2~3", "q~1~1", "w~a~1", "1e999~1", "w~~", "w~1~" + "9" * 400])
def test_a_broken_page_does_not_exist(sign_in, broken):
    assert sign_in("lead").get("/tickets", query_string={"q": "đường", "after": broken}).status_code == 404


def test_no_question_reads_all_cases(house):
    asked = ("đường hùng vương", "ngap", "0123", "QL14", '"hùng vương"', "th", "xã bù")
    clerk = staff_of(house["ql14-oga"])
    sqlite = db.engine.dialect.name == "sqlite"
    if not sqlite:
        db.session.execute(text("SET LOCAL enable_seqscan = off"))  # of so few rows it would read all for once
    for words in asked:
        for who in (province(), clerk):
            for way in Way:
                query = looking._matching(ask(words), way, who).limit(2001)
                compiled = query.compile(db.engine)
                values = compiled.params if not sqlite else tuple(compiled.params[n] for n in compiled.positiontup)
                asking = f"EXPLAIN {'QUERY PLAN ' if sqlite else ''}{compiled.string}"
                plan = "\n".join(map(str, db.session.connection().exec_driver_sql(asking, values)))
                assert ("VIRTUAL TABLE INDEX" in plan) if sqlite else ("Seq Scan" not in plan), plan
    db.session.rollback()


def test_what_was_found_is_marked_as_it_was_written(opened, sign_in):
    code = opened(content="<b>Đường</b> Hùng Vương & hẻm 3 bị ngập nặng")
    page = sign_in("lead").get("/tickets", query_string={"q": "duong ngap"}).text
    assert codes(page) == [code]
    assert "&lt;b&gt;<mark>Đường</mark>&lt;/b&gt; Hùng Vương &amp; hẻm 3 bị <mark>ngập</mark> nặng" in page


def test_nothing_found_names_what_was_looked_for_and_too_little_says_so(opened, sign_in):
    opened()
    lead = sign_in("lead")
    page = lead.get("/tickets", query_string={"lang": "en", "q": "<i>khongcogi chợ"}).text
    assert "Nothing found" in page and "&lt;i&gt;khongcogi" in page and 'q=ch%E1%BB%A3"' in page
    for words in ("?!", "...", "a"):
        answer = lead.get("/tickets", query_string={"q": words})
        assert answer.status_code == 200 and not codes(answer.text)
        assert "at least two" in answer.text, words


def test_a_case_is_found_where_it_went_and_by_what_it_became(opened, moved, by, sign_in, app):
    code = opened(content="Trụ nước cứu hỏa rò rỉ", phone="0977000123")
    assert codes(sign_in("staff").get("/tickets?q=cuu+hoa").text) == [code]
    assert codes(sign_in("health").get("/tickets?q=cuu+hoa").text) == []
    moved(code, ("lead", "correct", {"phone": "0977000555", "reason": "Nghe nhầm."}))
    lead = sign_in("lead")
    assert codes(lead.get("/tickets?q=0977000555").text) == [code] and not codes(lead.get("/tickets?q=0977000123").text)
    with app.app_context(), transaction() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.code == code)).one()
        other = department_by_code("SYT", clock.now().date())
        actions.return_(ticket, other, reason="Không thuộc.", by=by("staff"), now=clock.now())
    assert codes(sign_in("staff").get("/tickets?q=cuu+hoa").text) == []
    with app.app_context(), transaction() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.code == code)).one()
        other = department_by_code("SYT", clock.now().date())
        actions.route(ticket, other, reason="Sở Y tế.", by=by("lead"), now=clock.now())
    assert codes(sign_in("health").get("/tickets?q=cuu+hoa").text) == [code]

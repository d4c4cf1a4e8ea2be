"""Citizens no text reaches, or who kept silent: drawn by lot, called in that order, nobody added or left out."""

import re
import threading
from datetime import date

import pytest
from sqlalchemy import func, select

from hotline import clock
from hotline.audit import AuditEntry
from hotline.calls.models import NuisanceNumber
from hotline.catalogue.models import Setting
from hotline.db import db, transaction
from hotline.messages.models import OptOut
from hotline.satisfaction import actions, queries
from hotline.satisfaction.jobs import draw_samples, make_surveys, settle_samples
from hotline.satisfaction.models import Mode, Rating, SampleCall, SampleDraw, SampleOutcome, Solved, Survey
from hotline.satisfaction.rules.sample import draw, seed_of
from hotline.tickets.models import Ticket
from tests.support.days import answered, at, born, do, vn

__all__ = ["answered", "at", "born", "do"]
OCTOBER, DRAW_DAY = date(2026, 10, 1), "2026-11-16 08:30"


@pytest.fixture
def silent(app, born, answered, at):
    """silent("+84271388…", …) -> codes of cases of October whose people said nothing, their surveys made."""

    def make(*phones, answered_at="2026-10-06 15:00", **wish):
        codes = [born("2026-10-05 08:00", phone=phone, **wish) for phone in phones]
        for code in codes:
            answered(code, answered_at)
        with app.app_context():
            make_surveys(at(answered_at))
        return codes

    return make


@pytest.fixture
def drawn(app, at):
    """drawn() -> the codes in the order of the draw, drawn on the day that is due."""

    def run(when=DRAW_DAY):
        with app.app_context():
            draw_samples(at(when))
            return list(
                db.session.scalars(
                    select(Ticket.code)
                    .join(Survey, Survey.ticket_id == Ticket.id)
                    .join(SampleCall, SampleCall.survey_id == Survey.id)
                    .order_by(SampleCall.draw_id, SampleCall.position)
                )
            )

    return run


@pytest.fixture
def desk(sign_in):
    """desk("operator") -> Desk of that person."""
    return lambda name: Desk(sign_in(name))


class Desk:
    """The page /sample as one operator uses it."""

    def __init__(self, client):
        self.client = client

    def page(self):
        return self.client.get("/sample").text

    def post(self, address, **fields):
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.client.get("/account").text).group(1)
        return self.client.post(address, data={"csrf_token": token, **fields})

    def take(self):
        """The code of the case whose citizen is to be called; None when none is due."""
        answer = self.post("/sample/next")
        assert answer.status_code == 303, answer.text
        found = re.search(r"phản ánh số ([0-9-]+) của", self.page())
        return found.group(1) if found else None

    def action(self, verb):
        return re.search(rf'action="(/sample/\d+/{verb})"', self.page()).group(1)


def landlines(n, first=0):
    return [f"0271388{first + i:04}" for i in range(n)]


def outcomes(app):
    with app.app_context():
        return dict(db.session.execute(select(SampleCall.position, SampleCall.outcome)).all())


def test_a_month_is_drawn_once_and_the_stored_seed_draws_the_same_people_again(app, silent, drawn, at):
    silent(*landlines(6), "0912000001", "0912000002")
    with app.app_context(), transaction() as session:
        session.add(Setting(key="sample_a_unit_a_month", value=5))
    with app.app_context():
        assert draw_samples(at("2026-11-14 23:00")) == 0  # not everybody has had the full time yet
    assert len(drawn()) == 5
    with app.app_context():
        assert draw_samples(at("2026-11-20 08:00")) == 0
        row = db.session.scalars(select(SampleDraw)).one()
        ids = db.session.scalars(select(Survey.id)).all()
        in_order = [call.survey_id for call in row.calls]
        assert (row.month_on, row.population, row.planned) == (OCTOBER, 8, 5)
        assert row.seed == seed_of(app.config["SECRET_KEY"], OCTOBER, row.department_id)
        assert in_order == draw(row.seed, ids, 5)
        # Who was drawn may answer as long again; nobody else's time changes.
        longer = set(db.session.scalars(select(Survey.id).where(Survey.expires_at > vn("2026-11-29 00:00"))))
        assert longer == set(in_order)


def test_a_month_missed_while_nothing_ran_is_drawn_with_the_next_and_never_later(app, silent, at, monkeypatch):
    silent(*landlines(2))
    with app.app_context():
        assert draw_samples(at("2027-01-15 08:30")) == 0  # December is due and November may be missed: October is over
        assert draw_samples(at("2027-01-14 08:30")) == 1
        ends = set(db.session.scalars(select(Survey.expires_at)))
        assert ends == {vn("2027-01-28 08:30")}  # as long again as everybody else
        monkeypatch.setattr(queries, "population", None)
        assert draw_samples(at("2027-01-14 09:30")) == 0  # a unit that is drawn is not looked at again


def test_who_must_not_be_called_is_not_in_the_lot(app, silent, drawn):
    codes = silent(*landlines(4), "0912000001", "0912000001")  # the last is over its invitations of the day
    with app.app_context(), transaction() as session:
        surveys = session.scalars(select(Survey).order_by(Survey.id)).all()
        session.add(OptOut(number=surveys[0].to_number, how="call", at=clock.now()))
        session.add(NuisanceNumber(number=surveys[1].to_number, reason="Gọi phá", at=clock.now()))
        session.add(Setting(key="test_numbers", value=[surveys[2].to_number]))
    assert set(drawn()) == {codes[3], codes[4]}


def test_two_operators_get_two_calls_in_the_order_of_the_draw_and_nobody_skips(app, silent, drawn, desk):
    silent(*landlines(3))
    order = drawn()
    # The cases were opened at the switchboard by "operator", who had a hand in them.
    assert desk("operator").take() is None
    lead = desk("lead")
    assert lead.take() == order[0]
    assert lead.take() == order[0]  # asking for another one gives the same
    assert lead.post(lead.action("code"), outcome="").status_code == 422
    assert lead.post(lead.action("code"), outcome="rated_meanwhile").status_code == 422  # not an operator's to say
    assert lead.post(lead.action("code"), outcome="refused", note="Bận").status_code == 303
    assert lead.take() == order[1]
    assert outcomes(app) == {1: SampleOutcome.REFUSED, 2: None, 3: None}
    with app.app_context():
        deeds = db.session.scalars(select(AuditEntry.deed).where(AuditEntry.object_kind == "sample_call")).all()
        assert deeds == ["sample:take", "sample:finish", "sample:take"]


def test_both_answers_at_the_telephone_are_a_rating_of_their_own_mode(app, silent, drawn, desk):
    silent(*landlines(1))
    drawn()
    lead = desk("lead")
    lead.take()
    page = lead.page()
    assert "+84271388000" in page  # the number, whole
    assert "Nội dung Ông/Bà phản ánh đã được giải quyết chưa?" in page
    assert "Đã vá ổ gà trước chợ." in page
    rate = lead.action("rate")
    assert lead.post(rate, solved="yes").status_code == 422
    assert lead.post(rate, solved="partly", score="4", comment="Nhanh hơn năm ngoái").status_code == 303
    assert lead.post(rate, solved="no", score="1").status_code == 409  # a second click
    with app.app_context():
        row = db.session.scalars(select(Rating)).one()
        assert (row.solved, row.score, row.mode, row.comment) == (
            Solved.PARTLY, 4, Mode.CALL_BACK, "Nhanh hơn năm ngoái",
        )  # fmt: skip
        assert row.taken_by_id is not None
    assert outcomes(app) == {1: SampleOutcome.RATED}
    assert "Đã vá" not in lead.page()
    assert "10/2026" in lead.client.get("/sample/draws").text


def test_nobody_there_is_tried_in_three_half_days(app, silent, drawn, desk, at):
    silent(*landlines(1))
    (code,) = drawn()
    for when, come_back in (
        ("2026-11-16 09:00", "2026-11-16 12:59"),
        ("2026-11-16 13:00", "2026-11-17 07:59"),
        ("2026-11-17 08:00", None),
    ):
        at(when)
        lead = desk("lead")
        assert lead.take() == code
        assert lead.post(lead.action("code"), outcome="no_answer").status_code == 303
        if come_back:
            assert outcomes(app) == {1: None}
            at(come_back)
            lead = desk("lead")  # signed in anew: nights are long
            assert lead.post("/sample/next").status_code in (303, 403)
            assert "/code" not in lead.page()
    assert outcomes(app) == {1: SampleOutcome.NO_ANSWER}


def test_calls_that_need_not_be_made_any_more_are_closed_with_the_reason(app, silent, drawn, desk, at):
    silent(*landlines(4))
    order = drawn()
    with app.app_context(), transaction() as session:
        surveys = [session.scalars(select(Survey).join(Ticket).where(Ticket.code == code)).one() for code in order]
        actions.rate(surveys[0], solved=Solved.YES, score=5, mode=Mode.KEYPAD, now=clock.now())
        session.add(OptOut(number=surveys[1].to_number, how="call", at=clock.now()))
    assert desk("lead").take() == order[2]  # the first two are settled on the way
    with app.app_context():
        assert settle_samples(at("2026-12-05 08:00")) == 2
        assert settle_samples(clock.now()) == 0
    assert outcomes(app) == {
        1: SampleOutcome.RATED_MEANWHILE, 2: SampleOutcome.REFUSED,
        3: SampleOutcome.EXPIRED, 4: SampleOutcome.EXPIRED,
    }  # fmt: skip


def test_nobody_is_rung_at_night_and_a_call_left_lying_goes_to_a_colleague(app, silent, drawn, desk, at, by):
    silent(*landlines(1))
    (code,) = drawn("2026-11-16 08:30")
    at("2026-11-16 21:00")
    assert desk("lead").post("/sample/next").status_code == 403
    at("2026-11-17 10:00")
    assert desk("lead").take() == code
    at("2026-11-17 10:31")
    with app.app_context(), transaction():
        assert actions.take_next(by=by("leader"), now=clock.now()).survey.ticket.code == code
    lead = desk("lead")
    assert "/sample/next" not in lead.page()
    with app.app_context():
        assert queries.held_call(by("lead").user_id) is None


def test_two_at_once_never_get_the_same_call(app, silent, drawn, by):
    silent(*landlines(4))
    drawn()
    people = ["lead", "leader", "admin", "health"]
    got, start = [], threading.Barrier(len(people))

    def work(name):
        with app.app_context():
            who = by(name)
            db.session.rollback()
            start.wait()
            for _again in range(2):  # the second time the same call is held still
                with transaction():
                    got.append((name, actions.take_next(by=who, now=clock.now()).id))
            db.session.remove()

    threads = [threading.Thread(target=work, args=(name,)) for name in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(got)) == len({call for _name, call in got}) == len(people)
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(SampleCall.taken_by_id.is_not(None))) == len(people)

"""The sums: whatever was written and whenever they were made, they say what counting every row by hand says."""

import secrets
import threading
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from hotline import clock
from hotline.actor import Actor, ActorKind
from hotline.catalogue.models import Area, Category, Department
from hotline.db import db, transaction
from hotline.satisfaction import actions
from hotline.satisfaction.jobs import make_surveys, sum_scores
from hotline.satisfaction.models import Cut, Mode, Rating, ScoreChange, ScoreSum, Solved, Suppression, Survey
from hotline.satisfaction.queries import sums
from hotline.satisfaction.queries.sums import Span
from hotline.satisfaction.rules import Counts, month_of, whole
from hotline.tickets.models import CallerKind, Channel, Ticket, TicketEvent
from hotline.web.formats import province_zone

BEGIN, DAYS = datetime(2026, 3, 20, tzinfo=UTC), 130


@pytest.fixture
def crowd(app, opened):
    """crowd(number, chance) writes that many surveys of one case's cycles, at random, most of them rated."""
    code = opened()
    asked = {"cycle": 0}

    def write(number, chance):
        with app.app_context(), transaction() as session:
            ticket = session.scalars(select(Ticket).where(Ticket.code == code)).one()
            units = [None, *session.scalars(select(Department.id).limit(3))]
            categories = [None, *session.scalars(select(Category.id).limit(3))]
            areas = [None, *session.scalars(select(Area.id).limit(2))]
            opening = ticket.events[0]
            for _ in range(number):
                asked["cycle"] += 1
                event = TicketEvent(
                    ticket=ticket, verb="note", old_status=opening.new_status, new_status=opening.new_status,
                    cycle=1, at=opening.at, by_kind=opening.by_kind, by_name="x",
                )  # fmt: skip
                session.add(event)
                session.flush()
                closed_at = BEGIN + timedelta(minutes=chance.randrange(DAYS * 1440))
                if chance.random() < 0.1:  # at the very border of a local month
                    closed_at = datetime(2026, chance.choice((4, 5, 6, 7)), 1, tzinfo=UTC) - timedelta(
                        hours=7, microseconds=chance.choice((0, 1))
                    )
                cycle = 1 if chance.random() < 0.8 else 2
                survey = _survey(event, cycle, closed_at, chance, units, categories, areas)
                # One case stands for all, so its cycle is told apart by a case of its own.
                survey.ticket_id = _case(session, ticket, asked["cycle"])
                session.add(survey)
                session.flush()
                actions.note_change(survey)
                if chance.random() < 0.6:
                    _rate(survey, chance)

    return write


def _case(session, ticket, number):
    copied = {c.key: getattr(ticket, c.key) for c in Ticket.__table__.columns if not c.computed and c.key != "id"}
    copied |= {"code": f"99-{number:07}", "source": None, "source_id": None}
    return session.execute(Ticket.__table__.insert().values(copied).returning(Ticket.id)).scalar_one()


def _survey(event, cycle, closed_at, chance, units, categories, areas):
    return Survey(
        closing_event_id=event.id, cycle=cycle, closed_at=closed_at, expires_at=closed_at + timedelta(days=14),
        made_at=closed_at, token_hash=secrets.token_hex(8), department_id=chance.choice(units),
        category_id=chance.choice(categories), area_id=chance.choice(areas), channel=chance.choice(list(Channel)),
        caller_kind=chance.choice(list(CallerKind)),
        suppressed_as=chance.choice(list(Suppression)) if chance.random() < 0.3 else None,
    )  # fmt: skip


RINGS = Actor(ActorKind.STAFF, "Tổng đài viên", user_id=1)


def _rate(survey, chance):
    mode = chance.choice(list(Mode))
    at = survey.closed_at + timedelta(hours=1)
    solved = chance.choice([one for one in Solved if mode is Mode.REPLY or one is not Solved.UNSAID])
    actions.rate(survey, solved=solved, score=chance.randint(1, 5), mode=mode, by=RINGS, now=at)


def _by_hand(span, line):
    """Every row looked at in Python: closings of the span by `line(survey, rating)`; None leaves a row out."""
    found = defaultdict(Counts)
    for survey in db.session.scalars(select(Survey)):
        if not (span.begin <= survey.closed_at < span.end) or (survey.cycle == 1) is not span.is_first:
            continue
        if span.unit_key is not None and (survey.department_id or 0) != span.unit_key:
            continue
        rating, asked = survey.rating, survey.suppressed_as is None
        key, of_mode = line(survey, rating)
        if key is None:
            continue
        one = {"closed": 0 if of_mode else 1, "asked": int(asked and not of_mode)}
        if rating:
            answered = asked and rating.mode is not Mode.CALL_BACK
            one |= {"rated": 1, "rated_asked": int(answered), "satisfied_asked": int(answered and rating.score >= 4)}
            one |= {"unhappy": int(rating.score <= 2 or rating.solved is Solved.NO)}
            one |= {f"score_{rating.score}": 1}
            one |= {} if rating.solved is Solved.UNSAID else {f"solved_{rating.solved.value}": 1}
        found[key] += Counts(**one)
    return dict(found)


def _month(survey):
    return month_of(survey.closed_at, province_zone())


def _lines(cut):
    return {
        Cut.CATEGORY: lambda s, r: (str(s.category_id or ""), False),
        Cut.AREA: lambda s, r: (str(s.area_id or ""), False),
        Cut.CHANNEL: lambda s, r: (s.channel.value, False),
        Cut.CALLER_KIND: lambda s, r: (s.caller_kind.value, False),
        Cut.MODE: lambda s, r: (r.mode.value if r else None, True),
    }[cut]


def _spans(chance):
    zone = province_zone()
    sharp = datetime(2026, 4, 1, tzinfo=zone), datetime(2026, 7, 1, tzinfo=zone)
    loose = BEGIN + timedelta(hours=chance.randrange(900)), BEGIN + timedelta(days=40 + chance.randrange(80))
    for begin, end in (sharp, loose, (BEGIN - timedelta(days=60), BEGIN + timedelta(days=200))):
        for unit in (None, 0, db.session.scalar(select(func.min(Department.id)))):
            yield Span(begin, end, unit, is_first=True)
        yield Span(begin, end, None, is_first=False)


def _assert_exact(chance):
    for span in _spans(chance):
        expected = _by_hand(span, lambda s, r: ("", False)).get("", Counts())
        assert sums.total(span) == expected
        assert sums.by_unit(span) == _by_hand(span, lambda s, r: (s.department_id or 0, False))
        assert sums.by_month(span) == _by_hand(span, lambda s, r: (_month(s), False))
        for cut in set(Cut) - {Cut.WHOLE}:
            lines = sums.by_key(span, cut)
            assert lines == _by_hand(span, _lines(cut)), cut
            assert whole(lines.values()).rated == expected.rated
            assert cut is Cut.MODE or whole(lines.values()) == expected


def test_sums_equal_counting_every_row_by_hand_whatever_happened_since(app, crowd):
    chance = Random(20260401)
    with app.app_context():
        assert sums.total(Span(BEGIN, BEGIN + timedelta(days=DAYS))) == Counts()
        _assert_exact(chance)
    crowd(60, chance)
    with app.app_context():
        _assert_exact(chance)  # nothing summed yet
        assert sum_scores(clock.now()) == db.session.scalar(
            select(func.count()).select_from(Survey)
        ) + db.session.scalar(select(func.count()).select_from(Rating))
        assert db.session.scalar(select(func.count()).select_from(ScoreChange)) == 0
        assert db.session.scalar(select(func.count()).select_from(ScoreSum)) > 100
        _assert_exact(chance)  # all from sums
    crowd(15, chance)
    with app.app_context():
        _assert_exact(chance)  # some months and units changed since
        with transaction() as session:
            for rating in session.scalars(select(Rating).limit(12)).all():
                actions.rate(
                    rating.survey, solved=Solved.NO, score=6 - rating.score, mode=Mode.LINK, now=rating.rated_at
                )
        _assert_exact(chance)
        sum_scores(clock.now())
        assert sum_scores(clock.now()) == 0
        _assert_exact(chance)


def test_the_sums_are_what_is_read_where_nothing_changed(app, crowd):
    crowd(10, Random(3))
    with app.app_context():
        sum_scores(clock.now())
        span = Span(datetime(2026, 4, 1, tzinfo=province_zone()), datetime(2026, 7, 1, tzinfo=province_zone()))
        before = sums.total(span)
        with transaction() as session:
            session.query(ScoreSum).update({"closed": ScoreSum.closed + 1})
        assert sums.total(span).closed > before.closed
        assert sums.total(Span(span.begin, span.end, anew=True)) == before


@pytest.mark.parametrize("config", ["postgresql"], indirect=True)  # SQLite has one writer at a time: no meanwhile
def test_a_change_committed_while_its_month_is_summed_is_not_lost(app, crowd):
    """A rating that is written before the sum reads, and committed after the sum, leaves its note for the next run."""
    crowd(4, Random(5))
    with app.app_context():
        sum_scores(clock.now())
        survey_id = db.session.scalar(select(Survey.id).outerjoin(Rating).where(Rating.id.is_(None)))
        closed_at = db.session.get(Survey, survey_id).closed_at
        first = month_of(closed_at, province_zone())
        span = Span(
            closed_at - timedelta(days=70),
            closed_at + timedelta(days=70),
            is_first=db.session.get(Survey, survey_id).cycle == 1,
        )
        before = sums.total(span).rated
        db.session.rollback()
    written, summed = threading.Event(), threading.Event()

    def rate_slowly():
        with app.app_context(), transaction() as session:
            survey = session.get(Survey, survey_id)
            actions.rate(survey, solved=Solved.YES, score=5, mode=Mode.LINK, now=closed_at + timedelta(hours=2))
            written.set()
            assert summed.wait(20)

    writer = threading.Thread(target=rate_slowly)
    writer.start()
    assert written.wait(20)
    with app.app_context():
        with transaction() as session:
            survey = session.get(Survey, survey_id)
            actions.note_change(survey)  # somebody else's change, already committed, starts a run
        sum_scores(clock.now())
        summed.set()
        writer.join(20)
        db.session.rollback()
        assert db.session.scalars(select(ScoreChange.month_on)).all() == [first]
        assert sums.total(span).rated == before + 1  # counted anew
        assert sum_scores(clock.now()) == 1
        assert sums.total(span).rated == before + 1  # and from the sum


def test_two_runners_at_once_settle_every_note_once(app, crowd):
    chance = Random(11)
    crowd(30, chance)
    with app.app_context():
        noted = db.session.scalar(select(func.count()).select_from(ScoreChange))
        db.session.rollback()
    settled, start = [], threading.Barrier(3)

    def run():
        with app.app_context():
            start.wait(20)
            settled.append(sum_scores(clock.now()))

    runners = [threading.Thread(target=run) for _ in range(3)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join(60)
    with app.app_context():
        settled.append(sum_scores(clock.now()))  # a month that was taken when asked for may be left
        assert sum(settled) == noted
        assert db.session.scalar(select(func.count()).select_from(ScoreChange)) == 0
        _assert_exact(chance)


def test_people_who_were_not_asked_count_in_the_satisfaction_and_never_in_the_response_rate(app, opened, moved):
    code = opened(phone="02713881022")  # a landline: no invitation, but its owner may rate by keypad
    moved(code, ("staff", "accept"), ("staff", "answer", {"body": "Đã xử lý."}), ("head", "approve"))
    with app.app_context():
        make_surveys(clock.now())
        with transaction() as session:
            survey = session.scalars(select(Survey)).one()
            assert survey.suppressed_as is Suppression.NOT_MOBILE
            actions.rate(survey, solved=Solved.YES, score=5, mode=Mode.KEYPAD, now=clock.now())
        counts = sums.total(Span(clock.now() - timedelta(days=1), clock.now() + timedelta(seconds=1)))
        assert (counts.rated, counts.csat, counts.response_rate) == (1, 100.0, None)
        modes = sums.by_key(Span(clock.now() - timedelta(days=1), clock.now() + timedelta(seconds=1)), Cut.MODE)
        assert {key: (one.rated, one.rated_asked) for key, one in modes.items()} == {"keypad": (1, 0)}

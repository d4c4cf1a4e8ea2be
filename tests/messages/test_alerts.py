"""Alerts: everybody is told once, or the substitute is; the list is one's own, and looking at it changes nothing."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError

from hotline import clock
from hotline.db import db, transaction
from hotline.messages import actions, queries
from hotline.messages.models import Alert, AlertPreference
from hotline.messages.rules.alerts import AlertKind, Colleague, who_is_told

NOW = datetime(2026, 11, 27, 18, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))  # a Friday evening
MONDAY = NOW.replace(day=30, hour=7, minute=30)


def of(rows, user_id):
    return [row for row in rows if row.user_id == user_id]


def token(client, path="/alerts"):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text).group(1)


def post(client, path, **fields):
    return client.post(path, data={"csrf_token": token(client), **fields})


def test_everybody_is_told_once_whoever_says_it_again(told, everything):
    assert told("staff", "head") == 2
    assert told("staff", "head", "lead") == 1
    assert told("staff", key="another occasion") == 1
    assert len(everything(Alert)) == 4


def test_who_is_away_is_replaced_and_nobody_hears_it_twice(told, person, everything):
    staff, staff2 = person("staff"), person("staff2")
    person("staff", substitute_id=staff2, away_from_on=date(2026, 11, 27), away_until_on=date(2026, 12, 2))
    assert told("staff", now=NOW) == 1
    assert told("staff", "staff2", key="both", now=NOW) == 1
    mine = of(everything(Alert), staff2)
    assert [row.params.get("instead_of") for row in mine] == ["Lê Văn Hùng", None]
    assert of(everything(Alert), staff) == []


@pytest.mark.parametrize(("first", "last", "who"), [(28, 30, "staff2"), (30, 30, "staff2"), (26, 28, "staff")])
def test_what_happens_at_night_is_for_who_is_there_in_the_morning(told, person, everything, first, last, who):
    away = {"away_from_on": date(2026, 11, first), "away_until_on": date(2026, 11, last)}
    person("staff", substitute_id=person("staff2"), **away)
    told("staff", now=NOW, not_before=MONDAY)
    assert [row.user_id for row in everything(Alert)] == [person(who)]


def test_a_closed_account_is_told_nothing_and_stands_in_for_nobody(told, person, everything):
    person("head", is_enabled=False)
    assert told("head") == 0
    away = {"away_from_on": date(2026, 1, 1), "away_until_on": date(2099, 1, 1)}
    person("staff", substitute_id=person("head"), **away)
    assert told("staff") == 1
    assert [row.user_id for row in everything(Alert)] == [person("staff")]


people = st.builds(Colleague, st.integers(1, 9), st.just("A"), st.booleans(), st.booleans(), st.booleans())


@given(st.lists(people, min_size=1, max_size=5))
def test_somebody_with_an_open_account_is_told_and_nobody_further_than_two_links(chain):
    told = who_is_told(chain)
    assert (told is None) is (not chain[0].is_enabled)
    if told is not None:
        assert told in chain[:3] and told.is_enabled
        if not chain[0].is_away:
            assert told is chain[0]


def test_the_defaults_and_what_a_person_chose_decide_the_ways(told, person, everything, app, by):
    person("staff", mobile="+84912000111")
    for kind in AlertKind:
        told("staff", kind=kind)
        told("staff", kind=kind, key=f"urgent {kind}", urgent=True)
    calm, urgent = ([r for r in everything(Alert) if r.is_urgent is value] for value in (False, True))
    assert {row.kind for row in calm if not row.wants_email} == {AlertKind.NEW_WORK}
    assert not any(row.wants_text for row in calm)
    texted = {AlertKind.BREACHED, AlertKind.LADDER, AlertKind.DUE_TOMORROW}
    assert {row.kind for row in urgent if row.wants_text} == texted


def test_no_text_is_wanted_where_there_is_no_number(told, everything):
    told("staff", urgent=True)
    assert not everything(Alert)[0].wants_text


def test_many_alerts_are_few_statements_and_two_questions(app, person, everything):
    people, now, told_to = [person("staff"), person("head"), person("lead")], clock.now(), []
    new = [
        actions.NewAlert(tuple(people), AlertKind.BREACHED, {"due_at": now}, f"breach:{n}", now, f"26-{n:07}")
        for n in range(300)
    ]
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *told: told_to.append(told[2]))
        with transaction():
            reachability = queries.reachability(people, now.date())
            assert len([s for s in told_to if s.startswith("SELECT")]) == 2
            assert actions.alert_many(new, reachability, now=now) == 900
            assert actions.alert_many(new, reachability, now=now) == 0
    assert len([s for s in told_to if s.startswith("INSERT")]) == 2  # each once for all rows
    assert len(everything(Alert)) == 900


@pytest.mark.parametrize(
    "wrong",
    [
        {"wants_text": True},
        {"ticket_code": ""},
        {"kind": AlertKind.DIGEST},
        {"wants_email": False, "mailed_at": NOW},
        {"mailed_at": NOW - timedelta(hours=1)},
        {"texted_at": NOW},
    ],
)
def test_what_cannot_be_is_refused_by_the_database(app, person, wrong):
    row = {"kind": AlertKind.BREACHED, "ticket_code": "26-0045127", "wants_email": True, "dedupe_key": "k", **wrong}
    alert = Alert(user_id=person("staff"), params={}, made_at=NOW, not_before_at=NOW, **row)
    with app.app_context(), pytest.raises(IntegrityError), transaction() as session:
        session.add(alert)


def test_the_bell_counts_what_is_unread_and_looking_writes_nothing(told, sign_in, everything):
    for number in range(3):
        told("staff", code=f"26-000000{number}")
    told("head")
    client = sign_in("staff")
    for path in ("/alerts", "/account", "/tickets"):
        page = client.get(path).text
        assert 'aria-hidden="true">3</span>' in page
    assert all(row.read_at is None for row in everything(Alert))
    assert 'class="count"' not in sign_in("leader").get("/account").text


def test_what_opens_an_alert_is_not_called_under_way(told, sign_in):
    told("staff")
    head = sign_in("staff").get("/alerts?lang=vi").text.partition("<thead>")[2].partition("</thead>")[0]
    assert "Loại cảnh báo" in head and "Đang xử lý" not in head


def test_a_hundred_is_as_far_as_the_bell_counts(app, person, sign_in):
    staff, now = person("staff"), clock.now()
    new = [actions.NewAlert((staff,), AlertKind.CHASED, {}, f"k{n}", now, "26-0045127") for n in range(130)]
    with app.app_context(), transaction():
        actions.alert_many(new, queries.reachability([staff], now.date()), now=now)
    assert ">99+</span>" in sign_in("staff").get("/account").text


def test_opening_one_marks_it_read_and_leads_to_the_case(opened, told, sign_in, everything):
    code = opened()
    told("staff", code=code)
    client, alert = sign_in("staff"), everything(Alert)[-1]  # the head was told of the new case before
    assert client.get(f"/alerts/{alert.id}/read").status_code == 405
    answer = post(client, f"/alerts/{alert.id}/read")
    assert answer.status_code == 303 and answer.location == f"/tickets/{code}"
    first = everything(Alert)[-1].read_at
    assert first is not None
    post(client, f"/alerts/{alert.id}/read")
    assert everything(Alert)[-1].read_at == first


def test_an_overview_leads_to_the_list_and_to_nothing_a_role_may_not_see(told, sign_in, everything):
    told("head", "admin", kind=AlertKind.DIGEST, params={"overdue": 2})
    for alert in everything(Alert):
        for name, target in (("head", "/tickets"), ("admin", "/alerts")):
            answer = post(sign_in(name), f"/alerts/{alert.id}/read")
            assert answer.status_code == 404 or answer.location == target
    assert all(alert.read_at for alert in everything(Alert))


def test_other_peoples_alerts_look_like_none(told, sign_in, everything):
    told("head", params={"unit": "Sở của người khác"}, kind=AlertKind.RETURNED)
    client = sign_in("staff")
    assert post(client, f"/alerts/{everything(Alert)[0].id}/read").status_code == 404
    assert post(client, f"/alerts/{2**31}/read").status_code == 404
    assert "Sở của người khác" not in client.get("/alerts").text
    post(client, "/alerts/read-all", up_to=str(everything(Alert)[0].id))
    assert everything(Alert)[0].read_at is None


def test_reading_all_leaves_what_has_come_since(told, sign_in, everything):
    told("staff", code="26-0000001")
    seen = everything(Alert)[-1].id
    told("staff", code="26-0000002")
    answer = post(sign_in("staff"), "/alerts/read-all", up_to=str(seen))
    assert answer.status_code == 303
    assert [row.read_at is None for row in everything(Alert)] == [False, True]
    for nonsense in ("", "x", str(2**80), "-1"):
        assert post(sign_in("staff"), "/alerts/read-all", up_to=nonsense).status_code == 422


def test_the_list_shows_unread_first_then_newest_and_each_row_once(app, person, told, sign_in):
    staff, now = person("staff"), clock.now()
    new = [actions.NewAlert((staff,), AlertKind.CHASED, {}, f"k{n}", now, f"26-{n:07}") for n in range(60)]
    with app.app_context(), transaction() as session:
        actions.alert_many(new, queries.reachability([staff], now.date()), now=now)
        for row in session.scalars(select(Alert).where(Alert.id % 2 == 0)):
            actions.read_alert(row, now=now)
    client, path, seen = sign_in("staff"), "/alerts", []
    while path:
        page = client.get(path).text
        seen += re.findall(r"/alerts/(\d+)/read", page)
        more = re.search(r'href="(\?after=[\w-]+)" rel="next"', page)
        path = f"/alerts{more.group(1)}" if more else None
    ids = [int(number) for number in seen]
    assert len(ids) == len(set(ids)) == 60
    unread = sorted((i for i in ids if i % 2), reverse=True)
    assert ids == unread + sorted((i for i in ids if i % 2 == 0), reverse=True)
    for nonsense in ("x", "read-", "unread-x", "read-" + "9" * 30, "both-1"):
        assert client.get(f"/alerts?after={nonsense}").status_code == 404


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_kind_says_what_happened_even_when_little_is_known(told, sign_in, lang):
    for kind in AlertKind:
        told("lead", kind=kind, params={})
        told("lead", kind=kind, key=f"full {kind}", params=FULL)
    page = sign_in("lead").get(f"/alerts?lang={lang}")
    assert page.status_code == 200
    assert page.text.count("26-0045127") >= 18
    assert "%(" not in page.text and "None" not in page.text


FULL = {
    "due_at": NOW, "about": "Mặt đường hư hỏng", "unit": "Sở Xây dựng", "by": "Trần Thị Mai", "hours": 4, "granted": True,
    "note": "Dân đang chờ", "overdue": 1, "due_today": 2, "due_tomorrow": 3, "new": 4, "closed": 5, "on_time": 98.3,
}  # fmt: skip


def test_choices_are_kept_and_change_the_next_alert(told, sign_in, everything, person):
    person("staff", mobile="+84912000111")
    client = sign_in("staff")
    boxes = {"new_work_email": "y", "new_work_text": "y", "digest_email": "y"}
    assert post(client, "/account/choose-alerts", **boxes).status_code == 303
    told("staff", urgent=True)
    told("staff", kind=AlertKind.NEW_WORK, urgent=True)
    breached, new_work = everything(Alert)
    assert (breached.wants_email, breached.wants_text) == (False, False)
    assert (new_work.wants_email, new_work.wants_text) == (True, True)
    page = client.get("/account").text
    assert re.findall(r'<input checked[^>]*name="(\w+)"', page) == ["new_work_email", "new_work_text", "digest_email"]
    assert post(client, "/account/choose-alerts", digest_text="y").status_code == 422
    assert len(everything(AlertPreference)) == len(AlertKind)


def test_the_database_finds_unread_and_waiting_by_index(app, told):
    told("staff")
    asked = []
    with app.app_context():
        sqlite = db.engine.dialect.name == "sqlite"
        if not sqlite:
            db.session.execute(text("SET enable_seqscan = off"))  # it would read a table of one row as a whole
        db.session.execute(text("SELECT 1"))
        event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
        queries.unread_count(1)
        queries.people_waiting_for_mail(clock.now())
        queries.people_waiting_for_texts(clock.now())
        queries.last_mail_at(1)
        explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
        look = db.session.connection().exec_driver_sql
        plans = [str(look(explain + statement, values).all()) for statement, values in list(asked)]
    names = ("ix_alerts_unread", "ix_alerts_waiting_for_mail", "ix_alerts_waiting_for_text", "ix_alerts_mailed")
    for name, plan in zip(names, plans, strict=True):
        assert name in plan

"""Calendars on screen: a year of days, edits looked at, saved once and followed until they are done (R9, R12)."""

import re
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from hotline import clock
from hotline.audit import AuditEntry
from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Calendar
from hotline.db import db
from hotline.tickets import jobs
from hotline.tickets.models import Clock, ReplanRun
from tests.admin.forms import form_of, save, send

OFFICE = "/admin/calendars/VN-OFFICE"
DAY = {"having": "on", "kind": "off", "name_vi": "Nghỉ bão số 9", "name_en": "Storm No. 9"}


@pytest.fixture
def stored(app):
    """stored() -> the versions of calendars and the runs that there are."""

    def read():
        with app.app_context():
            versions = db.session.execute(select(Calendar.code, Calendar.version, Calendar.is_current)).all()
            return sorted(map(tuple, versions)), db.session.scalar(select(func.count()).select_from(ReplanRun))

    return read


@pytest.fixture
def definition(app):
    """definition() -> the office calendar in force: its definition and its names of days."""

    def read():
        with app.app_context():
            row = catalogue.current_calendar("VN-OFFICE")
            return row.definition, row.day_names

    return read


def test_r12_the_year_says_of_each_day_why_it_is_worked_or_not(sign_in):
    page = sign_in("admin").get(f"{OFFICE}?year=2026&lang=en").text
    assert len(re.findall(r'<a class="day ', page)) == 365
    for words in (
        "Friday 02/01/2026: day off, Day off, worked on 10 January instead",
        "Saturday 10/01/2026: extra working day, Make-up working day",
        "Sunday 11/01/2026: weekly day off",
        "Monday 12/01/2026: working day",
    ):
        assert f'aria-label="{words}"' in page


def test_r9_a_day_off_is_previewed_saved_and_followed_until_all_is_planned(app, sign_in, opened, stored, definition):
    opened()
    client, before = sign_in("admin"), stored()
    with app.app_context():
        target = catalogue.arithmetic(catalogue.current_calendar("VN-OFFICE")).next_open(clock.now()).date()
    preview = send(client, OFFICE, **DAY | {"on": target.isoformat()})
    assert preview.status_code == 200 and stored() == before
    assert "Nghỉ bão số 9" in preview.text
    answer = save(client, preview)
    assert answer.status_code == 303
    assert answer.location.startswith("/admin/replans/")
    assert target.isoformat() in definition()[0]["holidays"]
    assert definition()[1][target.isoformat()] == {"vi": "Nghỉ bão số 9", "en": "Storm No. 9"}
    assert 'hx-trigger="every 1s"' in client.get(answer.location).text
    with app.app_context():
        jobs.replan(clock.now())
    done = client.get(f"{answer.location}/progress").text
    assert "hx-trigger" not in done
    with app.app_context():
        run = db.session.scalars(select(ReplanRun)).one()
        assert run.done == run.total == 3 and run.moved > 0
        assert {c.calendar.version for c in db.session.scalars(select(Clock))} == {2}
        audit = db.session.scalars(select(AuditEntry).where(AuditEntry.deed == "catalogue:change_calendar")).one()
        assert (audit.actor_name, audit.detail["version"]) == ("Bùi Anh Khoa", 2)
        assert audit.detail["before"]["definition"] != audit.detail["after"]["definition"]
    history = client.get(OFFICE).text
    assert "Bùi Anh Khoa" in history and "Nghỉ bão số 9" in history


def test_r9_a_save_sent_twice_makes_one_version(sign_in, stored):
    client = sign_in("admin")
    preview = send(client, OFFICE, **DAY | {"on": "2026-12-15"})
    first, again = save(client, preview), save(client, preview)
    assert (first.status_code, again.status_code, first.location) == (303, 303, again.location)
    assert stored()[1] == 1


def test_r9_an_edit_of_an_older_version_is_refused_and_what_was_typed_stays(sign_in, stored):
    client = sign_in("admin")
    first = send(client, OFFICE, **DAY | {"on": "2026-12-15"})
    second = send(client, OFFICE, **DAY | {"on": "2026-12-16", "name_vi": "Nghỉ mất điện"})
    save(client, first)
    before = stored()
    late = save(client, second)
    assert late.status_code == 409 and stored() == before
    assert "Nghỉ mất điện" in late.text and 'value="2026-12-16"' in late.text


def test_the_preview_leads_back_with_what_was_typed(sign_in, stored):
    client, before = sign_in("admin"), stored()
    preview = send(client, OFFICE, **DAY | {"on": "2026-12-15"})
    _action, fields = form_of(preview.text, having="idempotency_key")
    back = client.post(f"{OFFICE}/day", data={**fields, "step": ["edit"]})
    assert back.status_code == 200 and 'value="Storm No. 9"' in back.text and stored() == before


BAD_DAYS = {
    "30 February": ({"on": "2026-02-30"}, "on"),
    "the year 9999": ({"on": "9999-01-01"}, "on"),
    "no date": ({"on": ""}, "on"),
    "a day off without a name": ({"on": "2026-12-15", "name_vi": ""}, "name_vi"),
    "a shift that ends before it begins": ({"on": "2026-12-19", "kind": "worked", "shifts": "17:00-13:00"}, "shifts"),
    "shifts that overlap": ({"on": "2026-12-19", "kind": "worked", "shifts": "07:30-11:30, 11:00-12:00"}, "shifts"),
    "an hour that is none": ({"on": "2026-12-19", "kind": "worked", "shifts": "24:30-25:00"}, "shifts"),
    "shifts in words": ({"on": "2026-12-19", "kind": "worked", "shifts": "buổi sáng"}, "shifts"),
    "a working day without shifts": ({"on": "2026-12-19", "kind": "worked", "shifts": ""}, "shifts"),
    "a kind nobody offers": ({"on": "2026-12-19", "kind": "half"}, "kind"),
    "a field nobody offered": ({"on": "2026-12-19", "is_current": "1"}, None),
}


@pytest.mark.parametrize("step", ["preview", "save"])
@pytest.mark.parametrize("what", BAD_DAYS)
def test_r12_a_day_that_cannot_be_is_refused_with_the_fields_name(sign_in, stored, what, step):
    changes, field = BAD_DAYS[what]
    client, before = sign_in("admin"), stored()
    answer = send(client, OFFICE, step=step, **DAY | changes)
    assert answer.status_code == 422 and stored() == before
    if field:
        assert f'href="#{field}' in answer.text and 'class="error"' in answer.text


def test_r12_one_date_cannot_be_off_and_worked(sign_in, stored):
    client, before = sign_in("admin"), stored()
    answer = send(
        client, f"{OFFICE}/suggestions?year=2026", having="worked_on", on="2026-12-31", worked_on="2026-12-31"
    )
    assert answer.status_code == 422 and stored() == before
    assert 'href="#worked_on"' in answer.text


def test_r12_a_swap_of_the_government_is_added_by_hand(sign_in, definition):
    client = sign_in("admin")
    preview = send(
        client, f"{OFFICE}/suggestions?year=2026", having="worked_on", on="2026-12-31", worked_on="2026-12-26"
    )
    assert save(client, preview).status_code == 303
    told, names = definition()
    assert "2026-12-31" in told["holidays"]
    assert told["extra_working_days"]["2026-12-26"] == [["07:30", "11:30"], ["13:00", "17:00"]]
    assert names["2026-12-31"]["vi"] == "Nghỉ hoán đổi (làm bù ngày 26/12)"


BAD_WEEKS = {
    "an unknown zone": ({"tz": "Asia/Dong_Xoai"}, "tz"),
    "a path for a zone": ({"tz": "../etc/passwd"}, "tz"),
    "no working time at all": (dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), ""), "mon"),
    "a shift that ends before it begins": ({"wed": "11:30-07:30"}, "wed"),
    "past midnight": ({"thu": "22:00-02:00"}, "thu"),
    "no name": ({"name_en": ""}, "name_en"),
}


@pytest.mark.parametrize("what", BAD_WEEKS)
def test_r12_a_week_that_cannot_be_is_refused_with_the_fields_name(sign_in, stored, what):
    changes, field = BAD_WEEKS[what]
    client, before = sign_in("admin"), stored()
    answer = send(client, f"{OFFICE}/week", having="mon", **changes)
    assert answer.status_code == 422 and stored() == before
    assert f'href="#{field}"' in answer.text


def test_r12_saturday_mornings_become_working_time(sign_in, definition):
    client = sign_in("admin")
    preview = send(client, f"{OFFICE}/week", having="mon", sat="7h30 - 11h30", fri="07:30-24:00")
    assert save(client, preview).status_code == 303
    assert definition()[0]["weekly"]["sat"] == [["07:30", "11:30"]]
    assert definition()[0]["weekly"]["fri"] == [["07:30", "24:00"]]


def test_nothing_changed_is_no_version(sign_in, stored):
    client, before = sign_in("admin"), stored()
    for step in ("preview", "save"):
        assert send(client, f"{OFFICE}/week", having="mon", step=step).status_code == 422
    assert stored() == before


def test_r12_suggested_days_are_taken_only_where_they_are_ticked(sign_in, stored, definition):
    client, before = sign_in("admin"), stored()
    page = client.get(f"{OFFICE}/suggestions?year=2028").text
    assert "checked" not in page and 'value="2028-09-02"' in page
    refused = send(client, f"{OFFICE}/suggestions?year=2028", having="year")
    assert refused.status_code == 422 and stored() == before
    preview = send(client, f"{OFFICE}/suggestions?year=2028", having="year", days=["2028-09-04", "2028-11-24"])
    assert preview.status_code == 200, preview.text
    assert save(client, preview).status_code == 303
    told, names = definition()
    added = [day for day in told["holidays"] if day.startswith("2028")]
    assert added == ["2028-09-04", "2028-11-24"]
    assert names["2028-11-24"]["vi"] == "Ngày Văn hóa Việt Nam"


def test_r12_the_screen_says_that_swaps_are_missing(sign_in):
    page = sign_in("admin").get(f"{OFFICE}/suggestions?year=2026&lang=en").text
    assert "2 January was off and Saturday 10 January worked" in page
    assert "24/11/2026" in page


def test_r12_several_calendars(sign_in, stored):
    client = sign_in("admin")
    answer = send(
        client, "/admin/calendars/new", having="code", step="save", code="CA-TRUC", name_vi="Ca trực", name_en="Duty"
    )
    assert answer.status_code == 303 and ("CA-TRUC", 1, True) in stored()[0]
    before = stored()
    for code in ("CA-TRUC", "ca truc", "X", "C" * 33):
        answer = send(
            client, "/admin/calendars/new", having="code", step="save", code=code, name_vi="Ca", name_en="Duty"
        )
        assert answer.status_code == 422 and 'href="#code"' in answer.text, code
    assert stored() == before


@pytest.mark.parametrize("path", ["?year=9999", "?year=abc", "?year=1969", "?day=2026-02-30", "?day=x"])
def test_a_year_or_day_of_the_address_that_is_none_is_a_422(sign_in, path):
    assert sign_in("admin").get(OFFICE + path).status_code == 422


def test_what_does_not_exist_is_a_404(sign_in):
    client = sign_in("admin")
    for path in ("/admin/calendars/NONE", "/admin/calendars/NONE/week", "/admin/replans/99", "/admin/policies/NONE"):
        assert client.get(path).status_code == 404


def test_r9_two_administrators_who_save_at_once_make_one_version(sign_in, stored):
    first, second = sign_in("admin"), sign_in("admin")
    previews = [(one, send(one, OFFICE, **DAY | {"on": f"2026-12-{day}"})) for one, day in ((first, 15), (second, 16))]
    start, statuses = Barrier(2), []

    def press(client, preview):
        start.wait()
        statuses.append(save(client, preview).status_code)

    threads = [Thread(target=press, args=pair) for pair in previews]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 409]
    assert stored()[1] == 1 and ("VN-OFFICE", 2, True) in stored()[0] and ("VN-OFFICE", 3, True) not in stored()[0]

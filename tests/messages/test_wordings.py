"""Wordings: what may stand in one, versions, and that production sends only what the carriers have registered."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from hotline import clock, create_app
from hotline.actor import SYSTEM
from hotline.audit import AuditEntry
from hotline.catalogue.settings import Province
from hotline.db import db, transaction
from hotline.errors import Conflict, Invalid
from hotline.messages import actions, jobs, rules
from hotline.messages.actions import wordings as verbs
from hotline.messages.models import Message, MessageState, Wording, WordingState
from hotline.messages.queries.wordings import kept_back, templates, versions_of
from hotline.messages.rules import wordings

HOUSE = Province()
EACH = [(name, style) for name, styles in templates().items() for style in styles]
NUMBER = "+84912345678"


@pytest.mark.parametrize(("name", "style"), EACH)
def test_every_text_as_delivered_keeps_to_its_length_with_and_without_rating_by_call(name, style):
    for by_call in (True, False):
        house = replace(HOUSE, texts_style=style, rates_by_call=by_call)
        said = actions.compose(name, wordings.LONGEST, house)
        said = wordings.with_link(said, f"https://{house.host}/r/{wordings.TOKEN}")
        counted = rules.segments(said)
        assert counted.units <= (160 if style == "plain" else 134), said
        assert counted.count <= wordings.MOST_SEGMENTS[style], said
        assert "{" not in said and house.brand in said
        assert counted.offending == "" or style == "diacritics"


def test_the_plain_invitation_reads_as_agreed_and_is_one_segment():
    said = actions.compose("answered_rate", {"code": "26-0045127"}, HOUSE)
    said = wordings.with_link(said, "https://1022.binhphuoc.gov.vn/r/Xk3v9QmZ7tLwB2cR5yHn_-aa")
    assert said == (
        "1022BPHUOC: Phan anh 26-0045127 da co tra loi. Moi Ong/Ba xem va danh gia: "
        "https://1022.binhphuoc.gov.vn/r/Xk3v9QmZ7tLwB2cR5yHn_-aa hoac goi 0271.1022"
    )
    assert rules.segments(said) == rules.Segments(1, "GSM-7", 150, "")
    alone = actions.compose("answered_rate", {"code": "26-0045127"}, replace(HOUSE, rates_by_call=False))
    assert alone.endswith("danh gia: {link}")


def test_a_unit_is_named_in_full_where_that_fits_else_shortly():
    house = replace(HOUSE, texts_style="diacritics")
    told = {"code": "26-0045127", "due": "16h30 ngày 26/11", "unit_sms": "BQL khu cong nghiep"}
    assert "chuyển Sở Xây dựng." in actions.compose("received_routed", told | {"unit": "Sở Xây dựng"}, house)
    long = told | {"unit": "Ban Quản lý các khu công nghiệp, khu kinh tế"}
    said = actions.compose("received_routed", long, house)
    assert "chuyển BQL khu cong nghiep." in said and rules.segments(said).count == 2


def wrong_with(body, name="received", style="plain"):
    body = verbs.tidied(body, style)
    house = replace(HOUSE, texts_style=style)
    said = actions.compose(name, wordings.LONGEST, house, body=body)
    found = wordings.problems_of(
        body, style=style, delivered=list(templates()[name].values()), host=HOUSE.host, longest=[said]
    )
    return " ".join(one.sentence % dict(one.params) for one in found)


@pytest.mark.parametrize(
    ("body", "about"),
    [
        ("{brand}: {code} {due} {host}/t", ""),
        ("{brand}: {code} {due} https://{host}/t hoac 1022.binhphuoc.gov.vn/t.", ""),
        ("{brand}: {code} {due} ngay 26/11, so 0271.1022", ""),
        ("{brand}: {code} {due} {name}", "nothing to put in for {name}"),
        ("{brand}: {code} {due} {link}", "nothing to put in for {link}"),
        ("{code} {due}", "must not be missing: {brand}"),
        ("{brand}: {due}", "must not be missing: {code}"),
        ("{brand}: {code} {due} {", "Braces"),
        ("{brand}: {code} {due} {code.__class__}", "Braces"),
        ("{brand}: {code!r} {code} {due}", "Braces"),
        ("{brand}: {code} {due} bit.ly/abc", "“bit.ly/abc”"),
        ("{brand}: {code} {due} http://1.2.3.4/x", "another address"),
        ("{brand}: {code} {due} evil-{host}/t", "blank before {host}"),
        ("{brand}: {code} {due} {host}.evil.com", "{host}"),
        ("{brand}: {code} {due} https://1022.binhphuoc.gov.vn.evil.com/t", "another address"),
        ("{brand}: {code} {due} http://evil.com/{host}", "another address"),
        ("{brand}: {code} {due} – nhanh", "–"),
        ("{brand}: {code} {due} " + "a" * 125, "2 segments; at most 1"),
    ],
)
def test_what_is_wrong_with_a_wording_is_said_in_words(body, about):
    assert about in wrong_with(body) if about else wrong_with(body) == ""


def test_a_link_stands_alone_and_once():
    assert wrong_with("{brand}: {code} {link}{or_call}", "answered_rate") == ""
    assert "blank before and after {link}" in wrong_with("{brand}: {code} {link}.", "answered_rate")
    assert "only once" in wrong_with("{brand}: {code} {link} {link}", "answered_rate")
    assert "must not be missing: {link}" in wrong_with("{brand}: {code}", "answered_rate")


@given(st.text(max_size=60), st.dictionaries(st.sampled_from(["code", "due", "unit"]), st.text(max_size=9)))
def test_filling_puts_in_what_is_known_and_leaves_all_else_as_it_is(around, values):
    body = around.replace("{", "").replace("}", "") + "{code}|{link}"
    said = wordings.filled(body, values)
    assert said.endswith(f"{values.get('code', '{code}')}|{{link}}")


def test_urgent_texts_leave_first_and_only_what_answers_the_moment_leaves_at_night():
    order = sorted(rules.OCCASIONS, key=lambda name: rules.OCCASIONS[name].precedence)
    assert order[0] in ("staff_alert", "opted_out", "reply_help", "test") and order[-2:] == [
        "answered_rate",
        "reminder",
    ]
    awake = {name for name, occasion in rules.OCCASIONS.items() if not occasion.is_daytime_only}
    assert awake == {"received", "received_routed", "opted_out", "reply_help", "test", "staff_alert"}
    assert rules.occasion_of("unheard of").is_daytime_only
    assert set(templates()) <= set(rules.OCCASIONS)


@pytest.fixture
def production(config):
    """The application of a province in earnest: nothing unregistered leaves."""
    application = create_app(replace(config, demo=False))
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


def register(name, style="plain", *, version=None, reference="CV-17/VNPT", now=None):
    now = now or clock.now()
    with transaction():
        latest = versions_of(name, style)[0].version if version is None else version
        on = date(2026, 1, 5)
        return actions.register_wording(
            name, style, version=latest, registered_on=on, reference=reference, by=SYSTEM, now=now
        )


def queue(template="answered", key="one", now=None, **more):
    with transaction():
        params = {"code": "26-0045127"}
        return actions.queue_text(template, to=NUMBER, params=params, dedupe_key=key, now=now or clock.now(), **more)


def texts():
    return db.session.scalars(select(Message).order_by(Message.id)).all()


def test_production_keeps_back_what_is_not_registered_and_lets_it_go_once_it_is(production):
    now = clock.now()
    assert jobs.load_wordings(now) == len(EACH) and jobs.load_wordings(now) == 0
    assert {row.state for row in db.session.scalars(select(Wording))} == {WordingState.DRAFT}
    assert queue(key="too late", expires_at=now + timedelta(minutes=1)) and queue(key="in time")
    assert [(row.state, row.error_code, row.text_version) for row in texts()] == [
        (MessageState.SUPPRESSED, "unregistered", 1)
    ] * 2
    assert jobs.send_due(now) == 0 and kept_back(now) == {"answered": 2}
    with transaction():
        row = actions.draft_wording(
            "answered", "plain", "{brand}: {code} đã xong, {host}/t", version=1, by=SYSTEM, now=now
        )
        assert (row.version, row.state) == (2, WordingState.DRAFT)
    assert register("answered", now=now + timedelta(minutes=5)) == 1
    late, freed = texts()
    assert late.error_code == "unregistered"
    assert (freed.state, freed.error_code, freed.params, freed.text_version) == (MessageState.NEW, "", None, 2)
    assert freed.body == "1022BPHUOC: 26-0045127 da xong, 1022.binhphuoc.gov.vn/t"
    assert queue(key="next") and texts()[-1].state is MessageState.NEW
    deeds = db.session.scalars(
        select(AuditEntry.deed).where(AuditEntry.object_kind == "wording").order_by(AuditEntry.id)
    ).all()
    assert deeds == ["texts:load", "texts:draft", "texts:register"]


def test_a_draft_changes_nothing_until_it_is_registered_and_every_step_can_be_taken_back(production):
    now = clock.now()
    jobs.load_wordings(now)
    register("answered")
    carried = {"by": SYSTEM, "now": now}
    with transaction():
        actions.draft_wording("answered", "plain", "{brand}: moi {code}", version=1, **carried)
    queue(key="a")
    assert texts()[-1].text_version == 1
    register("answered")
    queue(key="b")
    assert (texts()[-1].text_version, texts()[-1].body) == (2, "1022BPHUOC: moi 26-0045127")
    with transaction():
        actions.unregister_wording("answered", "plain", version=2, **carried)
    queue(key="c")
    assert texts()[-1].text_version == 1 and versions_of("answered", "plain")[0].state is WordingState.DRAFT
    with transaction():
        actions.discard_draft("answered", "plain", version=2, **carried)
        again = actions.restore_wording("answered", "plain", 2, version=2, **carried)
    assert (again.version, again.state, again.body) == (3, WordingState.DRAFT, "{brand}: moi {code}")
    states = [row.state for row in versions_of("answered", "plain")]
    assert states == [WordingState.DRAFT, WordingState.RETIRED, WordingState.REGISTERED]


def test_what_somebody_else_changed_and_what_breaks_a_rule_is_refused(production):
    now = clock.now()
    carried = {"by": SYSTEM, "now": now}
    with transaction():
        actions.draft_wording("answered", "plain", "{brand}: moi {code}", version=0, **carried)  # the first edit of all
    for act, error in (
        (lambda: actions.draft_wording("answered", "plain", "{brand}: {code} a", version=1, **carried), Conflict),
        (lambda: actions.draft_wording("answered", "plain", "{brand}: moi {code}", version=2, **carried), Invalid),
        (lambda: actions.draft_wording("answered", "plain", "{brand}: bit.ly/x {code}", version=2, **carried), Invalid),
        (lambda: actions.unregister_wording("answered", "plain", version=2, **carried), Conflict),
        (lambda: actions.restore_wording("answered", "plain", 9, version=2, **carried), Conflict),
        (lambda: actions.try_wording("answered", "plain", "{brand}: {code}", to="0271 388 0001", **carried), Invalid),
        (
            lambda: actions.register_wording(
                "answered", "plain", version=2, registered_on=now.date() + timedelta(days=3), reference=" ", **carried
            ),
            Invalid,
        ),
    ):
        with pytest.raises(error), transaction():
            act()
    assert [row.version for row in versions_of("answered", "plain")] == [2, 1]


def test_a_demonstration_begins_registered_and_a_province_registers_all_at_once(app, production):
    now = clock.now()
    with transaction():
        actions.load_wordings(by=SYSTEM, now=now)
        newest = db.session.scalars(select(Wording.id).order_by(Wording.id.desc())).first()
        wish = {"registered_on": date(2026, 1, 5), "reference": "CV-18", "by": SYSTEM, "now": now}
        assert actions.register_drafts("plain", version=newest, **wish) == (len(templates()), 0)
        with pytest.raises(Conflict):
            actions.register_drafts("plain", version=newest, **wish)
        db.session.query(Wording).delete()
    with app.app_context():
        assert jobs.load_wordings(now) == len(EACH)
        assert {row.state for row in db.session.scalars(select(Wording))} == {WordingState.REGISTERED}

"""Routing rules on screen: tried, edited, moved and retired as versions, each after a look at the last cases."""

import pytest
from sqlalchemy import event, select

from hotline import clock
from hotline.audit import AuditEntry
from hotline.catalogue import queries as catalogue
from hotline.catalogue.actions import RuleDraft, add_rule
from hotline.catalogue.models import Area, Category, RoutingRule
from hotline.db import db, transaction
from hotline.tickets.models import Ticket
from hotline.tickets.queries.rerouting import compare
from tests.admin.forms import form_of, save, send

GT_01 = "/admin/rules/R-GT-01"


@pytest.fixture
def ids(app):
    """Ids of categories by code, and of one commune under its code."""
    with app.app_context():
        areas = select(Area.code, Area.id).where(Area.code == "25195", Area.valid_to.is_(None))
        rows = [*db.session.execute(select(Category.code, Category.id)), *db.session.execute(areas)]
        return {code: str(number) for code, number in rows}


@pytest.fixture
def stored(app):
    """stored() -> every version of every rule, and how many deeds are on record."""

    def read():
        with app.app_context():
            rows = select(RoutingRule.code, RoutingRule.version, RoutingRule.is_current, RoutingRule.position)
            return sorted(map(tuple, db.session.execute(rows))), len(db.session.scalars(select(AuditEntry.id)).all())

    return read


@pytest.fixture
def order(app):
    """order() -> the codes of the rules in force, in order."""

    def read():
        with app.app_context():
            return [row.code for row in catalogue.routing_rules()]

    return read


@pytest.fixture
def deed(app):
    """deed("change_rule") -> the detail of the only entry of that deed."""

    def read(name):
        with app.app_context():
            return db.session.scalars(select(AuditEntry).where(AuditEntry.deed == f"catalogue:{name}")).one().detail

    return read


def new(client, **wish):
    return send(client, "/admin/rules/new", having="destination", **wish)


def test_an_edit_is_looked_at_over_the_last_cases_then_is_a_version(sign_in, opened, look, stored, deed, ids):
    old, client = opened(), sign_in("admin")
    before = stored()
    preview = send(client, GT_01, having="destination", destination="CAT", keywords="ổ gà, sụt lún")
    assert preview.status_code == 200 and old in preview.text and "Công an tỉnh" in preview.text and stored() == before
    answer = save(client, preview)
    assert (answer.status_code, answer.location) == (303, "/admin/rules#R-GT-01")
    assert save(client, preview).location == answer.location  # a double click
    code = opened(content="Đường có Ổ GÀ lớn.")
    assert look(code, lambda t: t.department.code) == "CAT" and look(old, lambda t: t.department.code) == "SXD"
    assert "Ổ GÀ" in look(code, lambda t: t.routing_reason)
    with_rule = look(code, lambda t: db.session.get(RoutingRule, t.routing_rule_id).version)
    assert with_rule == 2 and deed("change_rule")["before"]["department_code"] == "SXD"
    assert look(opened(content="Đường hỏng."), lambda t: t.department) is None  # no rule is left: triage
    assert "version 2" in client.get(f"{GT_01}?lang=en").text


def test_a_new_rule_stands_before_what_would_leave_it_nothing(sign_in, opened, look, order, ids):
    client = sign_in("admin")
    wish = {"category_id": ids["GT-01"], "caller_kind": "business", "destination": "UBND-*"}
    preview = new(client, **wish)
    assert preview.status_code == 200 and save(client, preview).status_code == 303
    place = order().index("R-GT-01")
    assert place == 1 and order()[0].startswith("R-0")
    sent = opened(area="25195", caller_kind="business", business_name="Công ty Gỗ")
    assert look(sent, lambda t: t.department.code) == "UBND-25195"
    assert look(opened(area="25195"), lambda t: t.department.code) == "SXD"
    twice = new(client, **wish)
    assert twice.status_code == 422 and 'href="#category_id' in twice.text


def test_a_move_passes_the_neighbour_that_is_shown(sign_in, order, stored, deed):
    client, before = sign_in("admin"), order()
    page = client.get("/admin/rules?unit=SXD").text
    assert 'id="R-GT-05"' not in page
    rows = form_of(page[page.index('id="R-GT-03"') :], having="past")
    preview = client.post(rows[0], data={**rows[1], "step": ["preview"]})
    assert preview.status_code == 200 and order() == before
    assert save(client, preview).status_code == 303
    assert order()[:3] == ["R-GT-01", "R-GT-03", "R-GT-02"] and order()[3:] == before[3:]
    assert (deed("move_rule")["place_before"], deed("move_rule")["place"]) == (3, 2)
    positions = [position for _code, _version, is_current, position in stored()[0] if is_current]
    assert sorted(positions) == [10 * number for number in range(1, len(positions) + 1)]


def test_what_somebody_else_changed_meanwhile_is_a_conflict(app, by, sign_in, stored, ids):
    client = sign_in("admin")
    late = send(client, GT_01, having="destination", destination="CAT")
    listed = client.get("/admin/rules").text
    with app.app_context(), transaction():
        draft = RuleDraft(category_id=int(ids["GT-01"]), keywords=("hẻm",), to_area_committee=True)
        add_rule(draft, 0, edition=catalogue.edition_of_rules(), by=by("admin"), now=clock.now())
    before = stored()
    assert save(client, late).status_code == 409
    action, fields = form_of(listed, having="past")
    assert client.post(action, data={**fields, "step": ["save"]}).status_code == 409
    assert stored() == before


BAD = {
    "a unit that is none": ({"destination": "SO-KHONG-CO"}, "destination"),
    "no unit": ({"destination": ""}, "destination"),
    "a unit of before 2025": ({"destination": "SGTVT"}, "destination"),
    "a category that is none": ({"category_id": "999999"}, "category_id"),
    "an area that is none": ({"area_id": "999999"}, "area_id"),
    "hours that are none": ({"hours": "never"}, "hours"),
    "a caller that is none": ({"caller_kind": "robot"}, "caller_kind"),
    "a keyword of one letter": ({"keywords": "ổ gà, x"}, "keywords"),
    "a keyword without letters": ({"keywords": "…"}, "keywords"),
    "too many keywords": ({"keywords": ", ".join(f"từ {number}" for number in range(31))}, "keywords"),
    "a field nobody offered": ({"is_active": "0"}, None),
    "nothing new": ({}, None),
}


def test_a_rule_that_cannot_be_is_refused_with_the_fields_name(sign_in, stored):
    client, before = sign_in("admin"), stored()
    for what, (changes, field) in BAD.items():
        for step in ("preview", "save"):
            answer = send(client, GT_01, having="destination", step=step, **changes)
            assert answer.status_code == 422 and stored() == before, (what, step)
            assert not field or f'href="#{field}' in answer.text, (what, step)
    assert client.get("/admin/rules/R-NONE").status_code == 404


def test_a_retired_rule_leaves_its_cases_and_sends_no_more(sign_in, opened, look, order, ids):
    old, client = opened(), sign_in("admin")
    page = client.get(f"{GT_01}/retire")
    assert old in page.text
    _action, fields = form_of(page.text, having="idempotency_key")
    clicks = [client.post(f"{GT_01}/retire", data={**fields, "step": ["save"]}) for _ in range(2)]
    assert [click.status_code for click in clicks] == [303, 303] and "R-GT-01" not in order()
    assert look(old, lambda t: t.department.code) == "SXD" and look(opened(), lambda t: t.department) is None
    assert client.get(GT_01).status_code == 404


def test_the_box_says_which_rule_decides_and_which_were_passed_over(app, by, sign_in, ids, stored):
    with app.app_context(), transaction():
        draft = RuleDraft(category_id=int(ids["GT-01"]), keywords=("hẻm",), hours="outside", department_code="CAT")
        add_rule(draft, 0, edition=catalogue.edition_of_rules(), by=by("admin"), now=clock.now())
    client, before = sign_in("admin"), stored()
    tried = {"category_id": ids["GT-01"], "area_id": ids["25195"]}
    night, noon = {"at": "2026-11-25T21:00"}, {"at": "2026-11-25T10:00"}

    def tell(**wish):
        _action, fields = form_of(client.get("/admin/rules/try").text, having="content")
        return client.post("/admin/rules/try", data={**fields, **tried, **wish})

    bare = tell(content="Ổ gà trong hem 45", **night)  # among words with their marks, one without is another word
    assert bare.status_code == 200 and "Sở Xây dựng</b>" in bare.text
    hit = tell(content="Ổ gà trong hẻm 45", **night)
    assert "Công an tỉnh" in hit.text and "“hẻm”" in hit.text
    assert "Sở Xây dựng</b>" in tell(content="Ổ gà trong hẻm 45", **noon).text
    assert tell(category_id="").status_code == 422
    assert stored() == before


def test_the_comparison_reads_and_never_writes(app, opened):
    opened()
    with app.app_context():
        said = []
        event.listen(db.engine, "before_cursor_execute", lambda _c, _cur, words, *_: said.append(words))
        rows = list(catalogue.routing_rules())
        seen = compare(rows, rows[1:], clock.now())
        assert (seen.cases, seen.moved) == (1, 1)
        assert not [words for words in said if words.startswith(("INSERT", "UPDATE", "DELETE"))] and len(said) < 10
        assert db.session.scalar(select(Ticket.version)) >= 1

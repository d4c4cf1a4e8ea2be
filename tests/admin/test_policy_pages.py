"""Policies on screen: edited, moved and retired as versions; for new cases only, unless applied to open ones (R9)."""

import pytest
from sqlalchemy import func, select

from hotline import clock
from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Policy
from hotline.db import db
from hotline.tickets import jobs
from hotline.tickets.models import ReplanRun
from tests.admin.forms import form_of, save, send

GENERAL = "/admin/policies/GENERAL"


@pytest.fixture
def stored(app):
    """stored() -> the versions of policies and the runs that there are."""

    def read():
        with app.app_context():
            versions = db.session.execute(select(Policy.code, Policy.version, Policy.is_current, Policy.position)).all()
            return sorted(map(tuple, versions)), db.session.scalar(select(func.count()).select_from(ReplanRun))

    return read


@pytest.fixture
def in_force(app):
    """in_force("GENERAL", lambda policy: …) -> what that policy says now."""

    def read(code, what):
        with app.app_context():
            return what(catalogue.policy_in_force(code))

    return read


def change(client, **changes):
    return send(client, GENERAL, having="name_vi", **changes)


def test_r9_an_edit_makes_a_version_for_new_cases_and_open_ones_keep_theirs(sign_in, opened, look, stored, in_force):
    old = opened()
    client = sign_in("admin")
    preview = change(client, resolve_target=["3", "wd"])
    assert preview.status_code == 200 and stored()[1] == 0
    answer = save(client, preview)
    assert (answer.status_code, answer.location, stored()[1]) == (303, "/admin/policies", 0)
    assert in_force("GENERAL", lambda p: (p.version, p.resolve_target)) == (2, "3wd")
    assert look(old, lambda t: t.policy_version) == 1 and look(opened(), lambda t: t.policy_version) == 2


def test_r9_applied_to_open_cases_it_is_planned_and_followed(app, sign_in, opened, look):
    code = opened()
    client = sign_in("admin")
    preview = change(client, resolve_target=["3", "wd"], apply_to_open="y")
    assert code in preview.text
    answer = save(client, preview)
    assert answer.status_code == 303 and answer.location.startswith("/admin/replans/")
    with app.app_context():
        jobs.replan(clock.now())
    assert look(code, lambda t: (t.policy_version, {c.policy.version for c in t.clocks})) == (2, {2})
    assert client.get(answer.location).status_code == 200


BAD = {
    "a negative target": ({"acceptance_target": ["-8", "wh"]}, "acceptance_target"),
    "no target": ({"acceptance_target": ["", "wh"]}, "acceptance_target"),
    "nothing to do it in": ({"resolve_target": ["0", "wd"]}, "resolve_target"),
    "a hundred years": ({"resolve_target": ["876000", "h"]}, "resolve_target"),
    "a target in words": ({"next_response_target": ["soon", "wh"]}, "next_response_target"),
    "shares of 110 %": ({"unit_share": "90"}, "unit_share"),
    "a negative share": ({"unit_share": "-10"}, "unit_share"),
    "a threshold above 1,000 %": ({"thresholds-4-at": "1001%"}, "thresholds-4-at"),
    "a threshold in words": ({"thresholds-4-at": "late"}, "thresholds-4-at"),
    "a threshold twice": ({"thresholds-4-at": "50%"}, "thresholds-4-at"),
    "an alert to nobody known": ({"thresholds-4-alerts": ["mayor"]}, "thresholds-4-alerts"),
    "a calendar that is none": ({"calendar_code": "NONE"}, "calendar_code"),
    "a condition on the only policy for all": ({"channel": "web"}, "category_id"),
    "a category that is none": ({"category_id": "99999"}, "category_id"),
    "no name": ({"name_vi": ""}, "name_vi"),
    "a field nobody offered": ({"is_active": "0"}, None),
}


@pytest.mark.parametrize("step", ["preview", "save"])
@pytest.mark.parametrize("what", BAD)
def test_a_policy_that_cannot_be_is_refused_with_the_fields_name(sign_in, stored, what, step):
    changes, field = BAD[what]
    client, before = sign_in("admin"), stored()
    answer = change(client, step=step, **changes)
    assert answer.status_code == 422 and stored() == before
    if field:
        assert f'href="#{field}' in answer.text


def test_r10_a_promise_with_rows_keeps_its_deadline_among_them(sign_in, stored):
    client, before = sign_in("admin"), stored()
    answer = change(client, **{"thresholds-0-at": "90%"})  # the only row of the acceptance was its 100 %
    assert answer.status_code == 422 and 'href="#thresholds-0-at"' in answer.text and stored() == before


def test_rows_come_and_go_without_script(sign_in, in_force, stored):
    client, before = sign_in("admin"), stored()
    rows = in_force("GENERAL", lambda p: len(p.thresholds))
    more = change(client, step="add")
    assert more.status_code == 200 and f'name="thresholds-{rows}-at"' in more.text and stored() == before
    less = change(client, step="drop-4")
    assert 'name="thresholds-4-at"' not in less.text and 'name="thresholds-5-at"' in less.text
    values = {
        f"thresholds-{rows}-clock": "resolution",
        f"thresholds-{rows}-at": "80%",
        f"thresholds-{rows}-alerts": ["head"],
    }
    assert save(client, change(client, **values)).status_code == 303
    assert {"clock": "resolution", "at": "80%", "alerts": ["head"]} in in_force("GENERAL", lambda p: p.thresholds)


def test_r9_a_new_policy_is_asked_before_the_one_for_all(sign_in, opened, look, app):
    client = sign_in("admin")
    wish = {"code": "WEB", "name_vi": "Kênh web", "name_en": "Web", "channel": "web", "resolve_target": ["3", "wd"]}
    preview = send(client, "/admin/policies/new", having="code", **wish)
    assert preview.status_code == 200
    assert save(client, preview).status_code == 303
    with app.app_context():
        assert [p.code for p in catalogue.policies()] == ["URGENT", "WEB", "GENERAL"]
    assert look(opened(channel="web"), lambda t: t.policy.code) == "WEB"
    assert look(opened(), lambda t: t.policy.code) == "GENERAL"


def test_r9_the_order_changes_by_one_place(app, sign_in, stored):
    client = sign_in("admin")
    answer = send(client, "/admin/policies", having="way", way="down")
    assert answer.status_code == 303
    with app.app_context():
        assert [p.code for p in catalogue.policies()] == ["GENERAL", "URGENT"]
    before = stored()
    assert "badge tone-warn" in client.get("/admin/policies").text  # the second is never asked
    stale = client.post(
        "/admin/policies/GENERAL/move",
        data={**_hidden(client), "version": "1", "way": "down"},
    )
    assert stale.status_code == 409 and stored() == before


def _hidden(client):
    return dict(form_of(client.get("/admin/policies").text, having="way")[1])


def test_r9_a_retired_policy_leaves_its_cases_to_the_next(app, sign_in, opened, look, stored):
    code = opened(category="GT-02")
    assert look(code, lambda t: t.policy.code) == "URGENT"
    client = sign_in("admin")
    answer = send(client, "/admin/policies/URGENT/retire", step="save")
    assert answer.status_code == 303
    with app.app_context():
        jobs.replan(clock.now())
        assert [p.code for p in catalogue.policies()] == ["GENERAL"]
    assert look(code, lambda t: t.policy.code) == "GENERAL"


def test_r9_the_only_policy_for_all_cases_cannot_be_retired(sign_in, stored):
    client, before = sign_in("admin"), stored()
    page = client.get(f"{GENERAL}/retire")
    assert page.status_code == 200 and "data-confirm=" not in page.text
    hidden = _hidden(client)
    hidden.pop("way")
    answer = client.post(f"{GENERAL}/retire", data={**hidden, "version": "1", "step": "save"})
    assert answer.status_code == 422 and stored() == before

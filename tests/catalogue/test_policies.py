"""Versions of policies: edits, order, retirement; one without conditions always stays (R9)."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.audit import AuditEntry
from hotline.catalogue import queries, rules
from hotline.catalogue.actions import add_policy, change_policy, move_policy, retire_policy
from hotline.catalogue.actions.policies import draft_of
from hotline.catalogue.models import Policy
from hotline.db import db, transaction
from hotline.errors import Invalid


@pytest.fixture
def acts(app, by):
    """acts(change_policy, "GENERAL", resolve_target="3wd") -> code and version of what came out."""

    def act(verb, code, *, like="GENERAL", **changes):
        with app.app_context(), transaction():
            wish = {}
            if verb in (add_policy, change_policy):
                wish = {"draft": replace(draft_of(queries.policy_in_force(like)), **changes)}
            else:
                wish = changes
            row = verb(code, **wish, by=by("admin"), now=clock.now())
            return row.code, row.version

    return act


def order(app):
    with app.app_context():
        return [row.code for row in queries.policies()]


def stored(app):
    with app.app_context():
        rows = db.session.execute(select(Policy.code, Policy.version, Policy.is_current, Policy.is_active))
        return sorted(map(tuple, rows))


def test_r9_an_edit_is_a_version_and_the_old_one_stays(app, acts):
    assert acts(change_policy, "GENERAL", resolve_target="3wd") == ("GENERAL", 2)
    with app.app_context():
        new, old = queries.policy_versions("GENERAL")
        assert (new.resolve_target, new.is_current, new.position) == ("3wd", True, old.position)
        assert (old.resolve_target, old.is_current) == (None, False)
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.object_kind == "policy")).one()
        assert (entry.deed, entry.detail["before"]["resolve_target"], entry.detail["after"]["resolve_target"]) == (
            "catalogue:change_policy",
            None,
            "3wd",
        )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"acceptance_target": "-8wh"}, "acceptance_target"),
        ({"acceptance_target": ""}, "acceptance_target"),
        ({"next_response_target": "0wh"}, "next_response_target"),
        ({"resolve_target": "999999wd"}, "resolve_target"),
        ({"unit_share": 90}, "unit_share"),
        ({"unit_share": -10, "approval_share": 100}, "unit_share"),
        ({"extension_approvers": []}, "extension_approvers"),
        ({"extension_approvers": ["head"] * 4}, "extension_approvers"),
        ({"extension_approvers": ["operator"]}, "extension_approvers"),
        ({"calendar_code": "NONE"}, "calendar_code"),
        ({"category_id": 99_999}, "category_id"),
        ({"channel": "web"}, "category_id"),
    ],
)
def test_r9_a_policy_that_cannot_be_is_refused_and_nothing_is_written(app, acts, changes, field):
    before = stored(app)
    with pytest.raises(Invalid) as refused:
        acts(change_policy, "GENERAL", **changes)
    assert list(refused.value.fields) == [field] and stored(app) == before


def test_r9_nothing_changed_is_no_version(app, acts):
    before = stored(app)
    with pytest.raises(Invalid):
        acts(change_policy, "GENERAL")
    assert stored(app) == before


def test_r9_new_policies_are_asked_before_the_one_for_all_however_many_there_are(app, acts):
    codes = [f"P{number:02}" for number in range(12)]
    for code in codes:
        acts(add_policy, code, channel="web")
    assert order(app) == ["URGENT", *codes, "GENERAL"]
    acts(add_policy, "SECOND-FOR-ALL")
    assert order(app)[-2:] == ["GENERAL", "SECOND-FOR-ALL"]


def test_r9_a_policy_moves_one_place_and_not_beyond_the_end(app, acts):
    acts(add_policy, "WEB", channel="web")
    acts(move_policy, "WEB", up=True)
    assert order(app) == ["WEB", "URGENT", "GENERAL"]
    with pytest.raises(Invalid):
        acts(move_policy, "WEB", up=True)
    acts(move_policy, "WEB", up=False)
    assert order(app) == ["URGENT", "WEB", "GENERAL"]


def test_r9_a_retired_policy_is_asked_no_more_and_stays_on_record(app, acts):
    assert acts(retire_policy, "URGENT") == ("URGENT", 2)
    assert order(app) == ["GENERAL"] and ("URGENT", 2, True, False) in stored(app)
    with pytest.raises(Exception, match="NotFound"):
        acts(retire_policy, "URGENT")
    with pytest.raises(Invalid):
        acts(add_policy, "URGENT")


def test_r9_the_only_policy_for_all_cases_cannot_be_retired(app, acts):
    with pytest.raises(Invalid):
        acts(retire_policy, "GENERAL")
    acts(add_policy, "NEW-GENERAL")
    acts(retire_policy, "GENERAL")
    assert order(app) == ["URGENT", "NEW-GENERAL"]


@pytest.mark.parametrize("target", ["", "8", "wh", "-1wh", "0wd", "1.5h", "87601wh", "3651wd", "8 wh", "²wh"])
def test_an_absurd_target_is_refused(target):
    with pytest.raises(ValueError):
        rules.read_target(target)

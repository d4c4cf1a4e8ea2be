"""Routing rules in the order in which they are asked: edited, moved, retired, each time as a version of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hotline import clock
from hotline.admin import queries
from hotline.admin.forms.editing import EditForm, carried
from hotline.admin.forms.policies import RetireForm
from hotline.admin.forms.routing import COMMITTEE, MoveRuleForm, RuleForm, rule_values, unit_choices
from hotline.admin.rule_words import names, never_asked, rule_changes
from hotline.admin.views.editing import Answer, edited, said
from hotline.admin.views.room import bp
from hotline.catalogue import queries as catalogue
from hotline.catalogue.actions import RuleDraft, add_rule, change_rule, move_rule, retire_rule
from hotline.catalogue.actions.routing import check_draft, draft_of, moved, rule_named, unsaved
from hotline.catalogue.models import RoutingRule
from hotline.errors import Invalid, NotFound
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets.queries.planning import rule_of
from hotline.tickets.queries.rerouting import compare
from hotline.tickets.rules.routing import place_among
from hotline.web.access import requires
from hotline.web.row_ids import row_id

PAGES = ("rules", "new_rule", "rule", "retire_rule_", "move_rule_")


@bp.get("/rules")
@requires(Can.CATALOGUE_VIEW)
def rules() -> str:
    """All rules in order, or those of a category or unit; a move passes the neighbour that is shown."""
    return _list("")


def _list(words: str) -> str:
    rows, edition = list(catalogue.routing_rules()), catalogue.edition_of_rules()
    category_id, unit = request.args.get("category_id", type=row_id), request.args.get("unit", "")
    shown = [row for row in rows if _is_wanted(row, category_id, unit)]
    return render_template(
        "admin/rules.html",
        rows=[(rows.index(row) + 1, row) for row in shown],
        total=len(rows),
        names=names(clock.now()),
        never_asked=never_asked(rows),
        neighbours={row.code: _neighbours(shown, place) for place, row in enumerate(shown)},
        move=MoveRuleForm(formdata=None, version=edition),
        categories=catalogue.active_categories(),
        units=unit_choices()[1:],
        category_id=category_id,
        unit=unit,
        message=words,
    )


def _is_wanted(row: RoutingRule, category_id: int | None, unit: str) -> bool:
    leads_to = COMMITTEE if row.to_area_committee else row.department_code
    return (category_id is None or row.category_id in (None, category_id)) and unit in ("", leads_to)


def _neighbours(shown: Sequence[RoutingRule], place: int) -> tuple[str | None, str | None]:
    before = shown[place - 1].code if place else None
    return before, shown[place + 1].code if place + 1 < len(shown) else None


@bp.route("/rules/<rule_code>", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def rule(rule_code: str) -> Answer:
    """All that a rule says; saving makes a version, for cases opened from now on."""
    row = _newest(rule_code)

    def page(form: EditForm, words: str) -> str:
        return _rule_page(row, form, words)

    if request.method == "GET":
        return page(RuleForm(formdata=None, version=catalogue.edition_of_rules(), **rule_values(row)), "")
    form = RuleForm()

    def preview() -> str:
        now, rows, draft = clock.now(), catalogue.rules_at(form.version.data), form.draft
        mine = rule_named(rows, rule_code)
        check_draft(draft, rows, code=rule_code, now=now)
        changes = rule_changes(draft_of(mine), draft, names(now))
        if draft == draft_of(mine):
            raise Invalid(_l("Nothing would change."))
        after = [unsaved(draft, like=one) if one is mine else one for one in rows]
        return _preview_page(draft, changes, rows, after, url_for("admin.rule", rule_code=rule_code))

    def save() -> str:
        new = change_rule(rule_code, form.draft, edition=form.version.data, by=actor(), now=clock.now())
        said(_l("Version %(number)d of the rule is in force.", number=new.version))
        return _at(new.code)

    return edited(form, page=page, preview=preview, save=save, version=catalogue.edition_of_rules)


@bp.route("/rules/new", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def new_rule() -> Answer:
    """A rule that does not exist yet, asked before the first that would leave it nothing."""

    def page(form: EditForm, words: str) -> str:
        return _rule_page(None, form, words)

    if request.method == "GET":
        wished = request.args.get("category_id", type=row_id)
        values = {"category_id": wished} if wished else {}
        return page(RuleForm(formdata=None, version=catalogue.edition_of_rules(), **values), "")
    form = RuleForm()

    def preview() -> str:
        now, rows, draft = clock.now(), catalogue.rules_at(form.version.data), form.draft
        check_draft(draft, rows, now=now)
        place = _place(draft)
        changes = [_("A new rule, asked as number %(place)d.", place=place + 1)]
        after = [*rows[:place], unsaved(draft), *rows[place:]]
        return _preview_page(draft, changes, rows, after, url_for("admin.new_rule"))

    def save() -> str:
        new = add_rule(form.draft, _place(form.draft), edition=form.version.data, by=actor(), now=clock.now())
        said(_l("The rule was added."))
        return _at(new.code)

    return edited(form, page=page, preview=preview, save=save, version=catalogue.edition_of_rules)


@bp.post("/rules/<rule_code>/move")
@requires(Can.CATALOGUE_EDIT)
def move_rule_(rule_code: str) -> Answer:
    """Ask it on the other side of a neighbour, after a look at what that would do."""
    form = MoveRuleForm()

    def preview() -> str:
        rows = catalogue.rules_at(form.version.data)
        row, after = rule_named(rows, rule_code), moved(rows, rule_code, past=form.past.data or "")
        places = {"before": rows.index(row) + 1, "after": after.index(row) + 1}
        changes = [_("Asked as number %(after)d instead of %(before)d.", **places)]
        return _preview_page(draft_of(row), changes, rows, after, url_for("admin.rules"))

    def save() -> str:
        past, edition = form.past.data or "", form.version.data
        new = move_rule(rule_code, past=past, edition=edition, by=actor(), now=clock.now())
        said(_l("The rule was moved."))
        return _at(new.code)

    return edited(
        form, page=lambda _form, words: _list(words), preview=preview, save=save, version=catalogue.edition_of_rules
    )


@bp.route("/rules/<rule_code>/retire", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def retire_rule_(rule_code: str) -> Answer:
    """End a rule; what it sent stays where it is, with its sentence."""
    row = _newest(rule_code)

    def page(form: EditForm, words: str) -> str:
        rows, now = list(catalogue.routing_rules()), clock.now()
        seen = compare(rows, [one for one in rows if one.code != rule_code], now)
        return render_template(
            "admin/rule_retire.html", rule=row, names=names(now), form=form, seen=seen, message=words
        )

    if request.method == "GET":
        return page(RetireForm(formdata=None, version=catalogue.edition_of_rules()), "")
    form = RetireForm()

    def save() -> str:
        retire_rule(rule_code, edition=form.version.data, by=actor(), now=clock.now())
        said(_l("The rule was retired."))
        return url_for("admin.rules")

    return edited(form, page=page, preview=save, save=save, version=catalogue.edition_of_rules)


def _newest(code: str) -> RoutingRule:
    """The rule as it is now. Raises NotFound for one that never was, and for a look at one that is retired.

    A form for a retired one goes on: it may be the second click of the one that retired it.
    """
    versions = catalogue.rule_versions(code)
    if not versions or (request.method == "GET" and not versions[0].is_active):
        raise NotFound(_l("There is no such rule."))
    return versions[0]


def _place(draft: RuleDraft) -> int:
    return place_among([rule_of(row) for row in catalogue.routing_rules()], rule_of(unsaved(draft)))


def _at(code: str) -> str:
    return url_for("admin.rules", _anchor=code)


def _rule_page(row: RoutingRule | None, form: EditForm, words: str) -> str:
    known, history = names(clock.now()), []
    if row is not None:
        versions, makers = list(catalogue.rule_versions(row.code)), queries.makers("routing_rule", row.code)
        for one, before in zip(versions, [*versions[1:], None], strict=True):
            changes = rule_changes(before, one, known) if before else []
            if before and not changes:
                changes = [_("Its place in the order changed.")]
            history.append(queries.Version(one, makers.get(one.version, ""), changes))
    return render_template("admin/rule.html", rule=row, form=form, names=known, message=words, history=history)


def _preview_page(draft: RuleDraft, changes: list[str], before: Sequence[Any], after: Sequence[Any], back: str) -> str:
    now = clock.now()
    return render_template(
        "admin/rule_preview.html",
        name=names(now).name(draft),
        changes=changes,
        seen=compare(before, after, now),
        carried=carried(),
        back=back,
    )

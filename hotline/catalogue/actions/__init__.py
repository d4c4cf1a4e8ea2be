"""Verbs on the catalogue, the only writers. Each takes `by` and `now` and never commits."""

from hotline.catalogue.actions.answering import (
    AuthorityDraft,
    TemplateDraft,
    add_authority,
    add_template,
    change_authority,
    change_template,
    retire_authority,
    retire_template,
)
from hotline.catalogue.actions.calendars import add_calendar, change_calendar
from hotline.catalogue.actions.knowledge import (
    AnswerDraft,
    add_answer,
    edit_answer,
    note_use,
    report_missing,
    restore_answer,
    retire_answer,
    review_answer,
    set_aside_missing,
    settle_missing,
)
from hotline.catalogue.actions.loading import SEED, load_catalogue, load_missing
from hotline.catalogue.actions.loading_answers import load_answering
from hotline.catalogue.actions.policies import PolicyDraft, add_policy, change_policy, move_policy, retire_policy
from hotline.catalogue.actions.routing import RuleDraft, add_rule, change_rule, move_rule, retire_rule
from hotline.catalogue.actions.settings import change_settings
from hotline.catalogue.actions.successions import NewUnit, Reorganisation, call_off, reorganise
from hotline.catalogue.actions.units import UnitDraft, add_unit, change_unit

__all__ = [
    "SEED",
    "AnswerDraft",
    "AuthorityDraft",
    "NewUnit",
    "PolicyDraft",
    "Reorganisation",
    "RuleDraft",
    "TemplateDraft",
    "UnitDraft",
    "add_answer",
    "add_authority",
    "add_calendar",
    "add_policy",
    "add_rule",
    "add_template",
    "add_unit",
    "call_off",
    "change_authority",
    "change_calendar",
    "change_policy",
    "change_rule",
    "change_settings",
    "change_template",
    "change_unit",
    "edit_answer",
    "load_answering",
    "load_catalogue",
    "load_missing",
    "move_policy",
    "move_rule",
    "note_use",
    "reorganise",
    "report_missing",
    "restore_answer",
    "retire_answer",
    "retire_authority",
    "retire_policy",
    "retire_rule",
    "retire_template",
    "review_answer",
    "set_aside_missing",
    "settle_missing",
]

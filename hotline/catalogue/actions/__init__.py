"""Verbs on the catalogue, the only writers. Each takes `by` and `now` and never commits."""

from hotline.catalogue.actions.calendars import add_calendar, change_calendar
from hotline.catalogue.actions.loading import SEED, load_catalogue
from hotline.catalogue.actions.policies import PolicyDraft, add_policy, change_policy, move_policy, retire_policy
from hotline.catalogue.actions.routing import RuleDraft, add_rule, change_rule, move_rule, retire_rule
from hotline.catalogue.actions.settings import change_settings
from hotline.catalogue.actions.units import change_duty_number

__all__ = [
    "SEED",
    "PolicyDraft",
    "RuleDraft",
    "add_calendar",
    "add_policy",
    "add_rule",
    "change_calendar",
    "change_duty_number",
    "change_policy",
    "change_rule",
    "change_settings",
    "load_catalogue",
    "move_policy",
    "move_rule",
    "retire_policy",
    "retire_rule",
]

"""Verbs of satisfaction, the only writers; none commits."""

from hotline.satisfaction.actions.follow_ups import (
    finish,
    follow_wordless,
    heard,
    make_follow_up,
    note_try,
    open_new_case,
    reopen_case,
)
from hotline.satisfaction.actions.invitations import end_invitations, renew_invitations
from hotline.satisfaction.actions.keypad import Keyed, key_in
from hotline.satisfaction.actions.ratings import ask_again, comment, decline_invitations, note_opened, rate
from hotline.satisfaction.actions.replies import read_reply
from hotline.satisfaction.actions.sample import CODED, code_call, draw_sample, rate_call, settle, take_next
from hotline.satisfaction.actions.sums import note_change, sum_month
from hotline.satisfaction.actions.surveys import make_survey, remind

__all__ = [
    "CODED",
    "Keyed",
    "ask_again",
    "code_call",
    "comment",
    "decline_invitations",
    "draw_sample",
    "end_invitations",
    "finish",
    "follow_wordless",
    "heard",
    "key_in",
    "make_follow_up",
    "make_survey",
    "note_change",
    "note_opened",
    "note_try",
    "open_new_case",
    "rate",
    "rate_call",
    "read_reply",
    "remind",
    "renew_invitations",
    "reopen_case",
    "settle",
    "sum_month",
    "take_next",
]

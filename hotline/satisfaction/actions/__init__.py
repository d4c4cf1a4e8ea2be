"""Verbs of satisfaction, the only writers; none commits."""

from hotline.satisfaction.actions.follow_ups import finish, heard, make_follow_up, note_try, open_new_case, reopen_case
from hotline.satisfaction.actions.ratings import ask_again, comment, decline_invitations, note_opened, rate
from hotline.satisfaction.actions.surveys import make_survey, remind

__all__ = [
    "ask_again",
    "comment",
    "decline_invitations",
    "finish",
    "heard",
    "make_follow_up",
    "make_survey",
    "note_opened",
    "note_try",
    "open_new_case",
    "rate",
    "remind",
    "reopen_case",
]

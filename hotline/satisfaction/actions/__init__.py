"""Verbs of satisfaction, the only writers; none commits."""

from hotline.satisfaction.actions.ratings import comment, decline_invitations, rate
from hotline.satisfaction.actions.surveys import make_survey

__all__ = ["comment", "decline_invitations", "make_survey", "rate"]

"""Did it help: surveys, ratings, what is done about unhappy ones, the call-back sample, sums and seals by month."""

from hotline.satisfaction.models.follow_ups import FollowUp, FollowUpKind, FollowUpOutcome
from hotline.satisfaction.models.keypad import KeypadEntry, KeypadStep
from hotline.satisfaction.models.sample import SampleCall, SampleDraw, SampleOutcome
from hotline.satisfaction.models.sums import FIRST_CYCLE, Cut, ScoreChange, ScoreSum, SealedMonth
from hotline.satisfaction.models.surveys import Mode, Rating, Reason, Solved, Suppression, Survey

__all__ = [
    "FIRST_CYCLE",
    "Cut",
    "FollowUp",
    "FollowUpKind",
    "FollowUpOutcome",
    "KeypadEntry",
    "KeypadStep",
    "Mode",
    "Rating",
    "Reason",
    "SampleCall",
    "SampleDraw",
    "SampleOutcome",
    "ScoreChange",
    "ScoreSum",
    "SealedMonth",
    "Solved",
    "Suppression",
    "Survey",
]

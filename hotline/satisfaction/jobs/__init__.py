"""Timers of satisfaction. Safe to run twice and side by side."""

from hotline.satisfaction.jobs.reminders import remind
from hotline.satisfaction.jobs.replies import read_replies
from hotline.satisfaction.jobs.sample import draw_samples, settle_samples
from hotline.satisfaction.jobs.sealing import seal_months
from hotline.satisfaction.jobs.sums import sum_scores
from hotline.satisfaction.jobs.surveys import make_surveys
from hotline.satisfaction.jobs.wordless import follow_wordless

__all__ = [
    "draw_samples",
    "follow_wordless",
    "make_surveys",
    "read_replies",
    "remind",
    "seal_months",
    "settle_samples",
    "sum_scores",
]

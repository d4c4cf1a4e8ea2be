"""Timers of satisfaction. Safe to run twice and side by side."""

from hotline.satisfaction.jobs.reminders import remind
from hotline.satisfaction.jobs.surveys import make_surveys

__all__ = ["make_surveys", "remind"]

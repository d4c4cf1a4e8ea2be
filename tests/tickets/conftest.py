"""The fixtures of cases that live through days, for every test of the room."""

from tests.support.days import answered, at, born, do, send, stands, targets, texts

__all__ = ["answered", "at", "born", "do", "send", "stands", "targets", "texts"]

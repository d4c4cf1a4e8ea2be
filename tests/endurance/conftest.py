"""The fixtures of cases that are born at an instant, for what is shot while it works on them."""

from tests.support.days import at, born, do, targets

__all__ = ["at", "born", "do", "targets"]

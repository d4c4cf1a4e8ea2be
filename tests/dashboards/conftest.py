"""What the pages about figures share: the time is set, cases are born at an instant."""

from tests.support.days import at, born, do, targets

__all__ = ["at", "born", "do", "targets"]

"""Fixtures of the room: forms of the desk, and the link behind a text."""

from tests.satisfaction.conftest import link
from tests.support.days import send

__all__ = ["link", "send"]

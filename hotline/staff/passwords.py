"""Passwords: argon2id at OWASP's minimum (19 MiB, t=2, p=1), one at a time so that sign-ins never stall a worker."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

_STRONG = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_one_at_a_time = threading.Semaphore(1)
_decoys: dict[int, str] = {}


def _hasher() -> PasswordHasher:
    return _CHEAP if current_app.config["HOTLINE"].testing else _STRONG


def hash_password(password: str) -> str:
    """The argon2id hash that is stored."""
    with _one_at_a_time:
        return _hasher().hash(password)


def is_right(password: str, stored: str | None) -> bool:
    """Whether `password` fits; an unknown name (None) costs the same time as a wrong password."""
    hasher = _hasher()
    if stored is None:
        if id(hasher) not in _decoys:
            _decoys[id(hasher)] = hash_password("nobody has this password")
        stored, known = _decoys[id(hasher)], False
    else:
        known = True
    with _one_at_a_time:
        try:
            return hasher.verify(stored, password) and known
        except (VerificationError, InvalidHashError):
            return False

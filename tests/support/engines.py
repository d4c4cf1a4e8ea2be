"""One memory of compiled SQL for the databases of all tests: compiling it anew for each costs nearly half of their time."""

from __future__ import annotations

from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.util import LRUCache

from hotline.db import db

STATEMENTS = 4000
_dialects: dict[str, Dialect] = {}
_compiled: dict[str, LRUCache] = {}
_make_engine = db._make_engine


def remembering(bind_key, options, app) -> Engine:
    """An engine as the application makes it, that knows what its forerunners of the same kind have compiled."""
    engine = _make_engine(bind_key, options, app)
    name = engine.dialect.name
    engine.dialect = engine.pool._dialect = _dialects.setdefault(name, engine.dialect)
    engine._compiled_cache = _compiled.setdefault(name, LRUCache(STATEMENTS))
    return engine

"""The floor to compare with: one Flask page that does nothing, under the same server."""

from __future__ import annotations

from flask import Flask

app = Flask(__name__)


@app.get("/")
def nothing() -> str:
    """The least a page can cost."""
    return "<!doctype html><title>bare</title><p>Nothing."

"""The pages of the switchboard."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("calls", __name__, template_folder="../templates")

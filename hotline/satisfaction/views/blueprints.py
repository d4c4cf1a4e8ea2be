"""The two doors of satisfaction: pages for people at work, and the citizen's link."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("satisfaction", __name__, template_folder="../templates")
rating_bp = Blueprint("satisfaction_rating", __name__, url_prefix="/r")

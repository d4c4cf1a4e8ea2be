"""The blueprint that the administrator's pages share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("admin", __name__, template_folder="../templates", url_prefix="/admin")

"""Pages of the ground: the assets that npm brought, under names that change with their content."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, send_from_directory, url_for

from hotline.web.access import public

bp = Blueprint("web", __name__, template_folder="templates", static_folder="static", static_url_path="/static")
ONE_YEAR_SECONDS = 31_536_000


@lru_cache(maxsize=256)
def _fingerprint(path: Path, _changed: float) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def fingerprint(path: Path) -> str:
    """Ten hex digits of the file's content; "0" when the file is missing."""
    return _fingerprint(path, path.stat().st_mtime) if path.is_file() else "0"


@bp.get("/assets/<path:name>")
@public
def asset_file(name: str) -> Response:
    """One file that `make setup` fetched from npm."""
    folder = Path(current_app.config["HOTLINE"].instance_dir) / "assets"
    if not (folder / name).is_file():
        abort(404)
    return send_from_directory(folder, name, max_age=ONE_YEAR_SECONDS)


@bp.get("/favicon.ico")
@public
def favicon() -> Response:
    """Browsers ask for it whatever the page says."""
    return send_from_directory(str(bp.static_folder), "favicon.svg", max_age=ONE_YEAR_SECONDS)


def register(app: Flask) -> None:
    """Serve assets and give templates `asset(name)` and `static_url(name)`."""
    app.register_blueprint(bp)
    assets = Path(app.config["HOTLINE"].instance_dir) / "assets"
    statics = Path(str(bp.static_folder))

    def asset(name: str) -> str:
        return url_for("web.asset_file", name=name, v=fingerprint(assets / name))

    def static_url(name: str) -> str:
        return url_for("web.static", filename=name, v=fingerprint(statics / name))

    app.add_template_global(asset)
    app.add_template_global(static_url)

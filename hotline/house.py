"""The table of contents of the house: which rooms there are and in which order they are joined."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from flask import Flask, current_app, g, has_request_context, request, session, url_for
from flask_babel import Babel, get_locale
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.exc import DBAPIError
from werkzeug.middleware.proxy_fix import ProxyFix

from config import LOOPBACK, ROOT, Config, ConfigError
from hotline import cli, health
from hotline.admin import views as admin
from hotline.calls import views as calls
from hotline.catalogue.settings import last_known_province, province
from hotline.dashboards import views as dashboards
from hotline.db import db, init_db
from hotline.messages import views as messages
from hotline.public import views as public
from hotline.satisfaction import views as satisfaction
from hotline.staff import views as staff
from hotline.staff.current import actor
from hotline.staff.guard import register_guard
from hotline.staff.permissions import Can
from hotline.staff.queries import has_demonstration_people
from hotline.tickets import views as tickets
from hotline.web import views as web
from hotline.web.bodies import register_bodies
from hotline.web.discretion import keep_secrets_out_of_logs
from hotline.web.error_pages import register_error_pages
from hotline.web.formats import register_formats
from hotline.web.forms import refuse_unreadable
from hotline.web.headers import register_headers
from hotline.web.language import LANGUAGES, RECORDS
from hotline.web.navigation import entries, top_items
from hotline.web.row_ids import RowId

ROOMS = (web, staff, messages, tickets, calls, satisfaction, dashboards, public, admin, health)
COOKIELESS = {"satisfaction_rating", "public"}
WITHOUT_CSRF = ("messages_webhooks", "calls_webhooks", "satisfaction_webhooks", "satisfaction_rating", "public")
LARGEST_BODY = 1_000_000
csrf = CSRFProtect()


def build(config: Config) -> Flask:
    """The application for `config`: database, language, guard, rooms, commands. Connects to nothing yet."""
    keep_secrets_out_of_logs()
    app = Flask(__name__, static_folder=None, instance_path=str(config.instance_dir))
    app.url_map.converters["int"] = RowId
    _configure(app, config)
    init_db(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    Babel(app, locale_selector=_language, default_translation_directories=str(ROOT / "hotline" / "translations"))
    register_bodies(app)
    app.before_request(refuse_unreadable)
    app.before_request(_keep_language)
    csrf.init_app(app)
    register_headers(app)
    register_error_pages(app)
    register_formats(app)
    register_guard(app)
    for room in ROOMS:
        room.register(app)
    for name in WITHOUT_CSRF:
        csrf.exempt(app.blueprints[name])
    cli.register(app)
    app.context_processor(_page_words)
    return app


def refuse_demonstration(app: Flask) -> None:
    """Production does not run on a demonstration's database, whose sign-ins everybody knows. Raises ConfigError.

    A database that is away, or has no tables yet, is not refused: there is nobody in it to sign in.
    """
    if app.config["HOTLINE"].demo:
        return
    with app.app_context():
        try:
            known = has_demonstration_people()
        except DBAPIError:
            known = False
        finally:
            db.session.remove()
    if known:
        raise ConfigError(
            "The database holds the demonstration's sign-ins (@demo.test), whose password everybody knows. Point "
            "HOTLINE_DATABASE_URL at a database of the province's own, or set HOTLINE_DEMO=1 to look around."
        )


def _configure(app: Flask, config: Config) -> None:
    public_url = urlsplit(config.public_url)
    name = "__Host-hotline" if config.is_https else "hotline"
    hosts = [public_url.hostname or "", *(LOOPBACK if config.demo or config.testing else ())]
    app.config.update(
        HOTLINE=config,
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_size": 16,
            "max_overflow": 48,
            "pool_timeout": 10,
            "pool_pre_ping": not config.is_sqlite,
        },
        SESSION_COOKIE_NAME=name,
        SESSION_COOKIE_SECURE=config.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        BABEL_DEFAULT_LOCALE=RECORDS,
        BABEL_DEFAULT_TIMEZONE=config.timezone,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        TRUSTED_HOSTS=sorted({host for host in hosts if host}),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        TESTING=config.testing,
    )
    if config.proxy_hops:
        hops = config.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    config.instance_dir.mkdir(parents=True, exist_ok=True)
    logging.getLogger("hotline").setLevel(logging.INFO)


def _keep_language() -> None:
    """Remember `?lang=` for staff, also where the answer is a redirect; citizens' pages set no cookie."""
    wished = request.args.get("lang")
    if wished in LANGUAGES and request.blueprint not in COOKIELESS and session.get("lang") != wished:
        session["lang"] = wished


def _language() -> str:
    """The reader's language: `?lang=` wins, then what was kept, then Vietnamese."""
    if not has_request_context():
        return RECORDS
    wished = request.args.get("lang")
    if wished in LANGUAGES:
        return wished
    kept = None if request.blueprint in COOKIELESS else session.get("lang")
    return kept if kept in LANGUAGES else RECORDS


def _page_words() -> dict[str, object]:
    """What every page may name."""
    return {
        "province": last_known_province() if g.get("database_is_away") else province(),
        "navigation": entries(current_app),
        "top_items": top_items(current_app),
        "get_locale": get_locale,
        "search_url": url_for("tickets.queue") if actor().can(Can.TICKETS_LIST) else None,
        "account_url": url_for("messages.account"),
        "sign_out_url": url_for("staff.logout"),
    }

"""A real Chromium against the application served on a port of its own; the exchange and the timers beside it."""

from __future__ import annotations

import dataclasses
import socket
import threading

import pytest
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from hotline import clock, create_app
from hotline.db import db
from hotline.jobs import TIMETABLE, run_job
from hotline.web.assets import ROOT
from tests.support.twilio import signed
from tools.get_chromium import find

PASSWORD = "hotline-demo"


class Served:
    """The application on http://127.0.0.1:port, people who use it, and what happens outside it."""

    def __init__(self, app, base, chromium):
        self.app, self.base, self._chromium, self._open = app, base, chromium, []

    def person(self, name: str = "", *, width: int = 1440, height: int = 900, script: bool = True) -> Page:
        """A browser of one's own: signed in as `name`, or a citizen's without a name."""
        context = self._chromium.new_context(
            viewport={"width": width, "height": height}, locale="vi-VN", java_script_enabled=script, base_url=self.base
        )
        self._open.append(context)
        page = context.new_page()
        page.set_default_timeout(8_000)
        if name:
            page.goto("/login")
            page.fill("[name=email]", f"{name}@demo.test")
            page.fill("[name=password]", PASSWORD)
            with page.expect_navigation():
                page.keyboard.press("Enter")
        return page

    def exchange_tells(self, route: str, **body: str) -> str:
        """One signed webhook; what the switchboard answers."""
        return signed(self.app.test_client(), f"/twilio/{route}", body, base=self.base).text

    def timers_ring(self) -> None:
        """What the jobs process does when its bell rings."""
        with self.app.app_context():
            for job in TIMETABLE:
                run_job(job, clock.now())

    def close(self) -> None:
        """Close every browser that was opened."""
        for context in self._open:
            context.close()


@pytest.fixture(scope="session")
def chromium():
    """The system's Chromium."""
    path = find()
    if path is None:
        pytest.fail("The browser tests need Chromium; on Debian: apt-get install chromium", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def served(config, chromium):
    """The application behind a real port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    assets = config.instance_dir / "assets"
    if not assets.exists():
        assets.symlink_to(ROOT / "instance" / "assets")
    app = create_app(dataclasses.replace(config, public_url=base))
    server = make_server("127.0.0.1", port, app, threaded=True)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    people = Served(app, base, chromium)
    yield people
    people.close()
    server.shutdown()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()

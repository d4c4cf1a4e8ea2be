"""A link's token is in the text and in the citizen's browser and nowhere else: no log, no row, no other header."""

import logging
import os
import subprocess
import time
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import select

from config import ROOT, demo_environment
from hotline import clock
from hotline.db import db
from hotline.messages.jobs import send_due
from hotline.satisfaction.jobs import remind
from hotline.serve import server_command
from hotline.web.discretion import without_secrets
from tools.province import HOST, address_of, free_port, is_listening

TOKEN = "Xk3v9QmZ7tLwB2cR5yHn_-Aa"


def test_the_secret_part_of_an_address_is_hidden_wherever_it_stands_in_a_line():
    lines = {
        f'127.0.0.1 "GET /r/{TOKEN}?lang=en HTTP/1.1" 200': '127.0.0.1 "GET /r/***?lang=en HTTP/1.1" 200',
        f"Error handling request /r/{TOKEN}/comment": "Error handling request /r/***/comment",
        f"referer https://1022.example/r/{TOKEN}": "referer https://1022.example/r/***",
        "POST /calls/push/geheim-geheim HTTP/1.1": "POST /calls/push/*** HTTP/1.1",
        "POST /messages/receipts/geheim-geheim HTTP/1.1": "POST /messages/receipts/*** HTTP/1.1",
        "GET /open/ledger?month=2026-03&receipt=1f2e%203d4c&lang=en": "GET /open/ledger?month=2026-03&receipt=***&lang=en",
        '"GET /open/ledger?receipt=1f2e3d4c HTTP/1.1"': '"GET /open/ledger?receipt=*** HTTP/1.1"',
        "GET /ratings?view=all": "GET /ratings?view=all",
    }
    assert {line: without_secrets(line) for line in lines} == lines


def test_every_logger_of_a_process_that_holds_the_house_is_discreet(app, caplog):
    with caplog.at_level(logging.INFO):
        logging.getLogger("anybody").warning("GET %s %d", f"/r/{TOKEN}", 200)
        logging.getLogger("gunicorn.access").info("%(r)s", {"r": f"GET /r/{TOKEN} HTTP/1.1"})
    assert TOKEN not in caplog.text
    assert caplog.text.count("/r/***") == 2


def test_no_row_no_log_and_no_header_holds_the_token(app, client, answered, token, caplog, sign_in):
    code = answered()
    secret = token(code)
    address = f"/r/{secret}"
    answers = []
    with caplog.at_level(logging.DEBUG), app.app_context():
        answers += [client.get(address), client.head(address), client.post(f"{address}/opened")]
        answers += [client.post(address, data={"solved": "no"}), client.post(f"{address}/comment", data={})]
        answers.append(client.post(address, data={"solved": "no", "score": "1"}))
        answers.append(client.post(f"{address}/reopen", data={"comment": "Chưa xong đoạn cuối."}))
        answers.append(client.post(f"{address}/no-more"))
        answers += [client.get(f"/r/{secret[:-1]}"), client.get(f"{address}/x"), client.put(address)]
        send_due(clock.now())
        remind(clock.now())
        lead = sign_in("lead")
        assert secret not in lead.get(f"/tickets/{code}").text + lead.get("/ratings?view=all").text
        dump = "\n".join(
            str(row) for table in db.metadata.sorted_tables for row in db.session.execute(select(table)).all()
        )
    assert secret not in dump
    assert secret not in caplog.text
    for answer in answers:
        named = {name: value for name, value in answer.headers if secret in value}
        # The way back after a POST leads to the same page, by path alone.
        assert set(named) <= {"Location"} and all(value.startswith("/r/") for value in named.values())
        if answer.status_code not in (404, 405):
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
            assert "Set-Cookie" not in answer.headers


def test_the_link_names_our_own_host_whatever_the_request_says(app, client, answered, link):
    address = link(answered())
    assert client.get(address, headers={"Host": "evil.example"}).status_code == 400
    page = client.post(address, data={"solved": "yes", "score": "5"}, headers={"X-Forwarded-Host": "evil.example"})
    assert "evil" not in page.headers["Location"] + page.text


def test_the_web_servers_own_access_log_hides_it_too(tmp_path):
    port, address = free_port(), f"/r/{TOKEN}"
    environment = dict(os.environ) | demo_environment(address_of(port), "x" * 40, "token")
    environment |= {"HOTLINE_INSTANCE_DIR": str(tmp_path), "HOTLINE_DATABASE_URL": f"sqlite:///{tmp_path / 'none.db'}"}
    command = server_command(HOST, port, workers=1)
    command[-1:-1] = ["--access-logfile", "-", "--log-level", "debug"]
    with (tmp_path / "log").open("w+") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + 30
            while not is_listening(port) and time.monotonic() < deadline:
                time.sleep(0.05)
            wish = Request(f"{address_of(port)}{address}", headers={"Referer": f"{address_of(port)}{address}"})
            with pytest.raises(OSError), urlopen(wish, timeout=20):
                pass
        finally:
            server.terminate()
            server.wait(20)
        log.seek(0)
        written = log.read()
    assert "GET /r/***" in written
    assert TOKEN not in written

"""Fixtures for rows that are ticked in the queue: the versions as they stand, sent with one key."""

import re
import uuid

import pytest
from sqlalchemy import select

from hotline.db import db
from hotline.tickets.models import Ticket


@pytest.fixture
def bulk(app, sign_in):
    """bulk("head", "assign", codes, assignee_id=…) -> the answer; what the page says afterwards is `bulk.page`."""

    def post(who, verb, codes, *, back="view=todo", **fields):
        client = sign_in(who) if isinstance(who, str) else who
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/tickets").text).group(1)
        with app.app_context():
            versions = dict(db.session.execute(select(Ticket.code, Ticket.version)).tuples().all())
        ticked = [code if ":" in code else f"{code}:{versions.get(code, 1)}" for code in codes]
        form = {"csrf_token": token, "idempotency_key": str(uuid.uuid4()), "back": back, "ticked": ticked, **fields}
        answer = client.post(f"/tickets/bulk/{verb}", data=form)
        post.page = client.get(answer.headers["Location"]).text if answer.status_code == 303 else answer.text
        return answer

    return post

"""Requests as Twilio sends them, signed with its own library; or with one flaw."""

from __future__ import annotations

from twilio.request_validator import RequestValidator

TOKEN = "token-of-the-tests"
BASE = "http://localhost"


def signed(client, path, body, *, flaw=None, base=BASE):
    """POST `body` to `path` with a signature. Flaws: wrong-token, missing, empty, tampered, other-host."""
    token = "0" * 32 if flaw == "wrong-token" else TOKEN
    host = "https://evil.example" if flaw == "other-host" else base
    signature = RequestValidator(token).compute_signature(host + path, body)
    headers = {} if flaw == "missing" else {"X-Twilio-Signature": "" if flaw == "empty" else signature}
    sent = {**body, "Injected": "1"} if flaw == "tampered" else body
    return client.post(path, data=sent, headers=headers)

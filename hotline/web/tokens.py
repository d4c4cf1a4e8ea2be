"""Tokens in citizens' links: HMAC(secret, purpose and id). The database holds only their hash."""

from __future__ import annotations

import base64
import hashlib
import hmac

TOKEN_BYTES = 18  # 144 bits: 24 characters in a text message
TOKEN_LENGTH = 24


def link_token(secret: str, purpose: str, number: int) -> str:
    """The URL-safe token of 24 characters (144 bits) for object `number` under `purpose`; the same each time."""
    digest = hmac.new(secret.encode(), f"{purpose}:{number}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:TOKEN_BYTES]).decode()


def token_hash(token: str) -> str:
    """What the database keeps of a token: SHA-256, hex."""
    return hashlib.sha256(token.encode()).hexdigest()

"""Pure: where a rating came from, coarsely, and whether that was one of the offices."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

WIDTHS = {4: 24, 6: 48}
MARK_LENGTH = 32


def _read(address: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def network_mark(secret: str, address: str) -> str:
    """A keyed hash (HMAC-SHA-256, 32 hex characters) of the /24 (IPv4) or /48 (IPv6) of `address`; "" for none.

    Equal marks are one network; without the secret nobody learns which, not even by trying all of them.
    """
    found = _read(address)
    if found is None:
        return ""
    network = ip_network((found, WIDTHS[found.version]), strict=False)
    return hmac.new(secret.encode(), f"network:{network}".encode(), sha256).hexdigest()[:MARK_LENGTH]


def is_within(address: str, networks: Iterable[str]) -> bool:
    """Whether `address` lies in one of `networks` (CIDR); what is not a network is passed over."""
    found = _read(address)
    if found is None:
        return False
    for network in networks:
        try:
            if found in ip_network(network.strip(), strict=False):
                return True
        except ValueError:
            continue
    return False

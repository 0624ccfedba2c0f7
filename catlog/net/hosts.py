"""Hosts by name: the part of a URL that limits and messages go by, and whether it is in the user's own network."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

_PRIVATE_ZONES = (".local", ".lan", ".internal", ".home.arpa", ".localhost")


def host_of(url: str) -> str:
    """Return the host with its port, as it stands in a URL, in lower case."""
    return urlsplit(url).netloc.lower()


def is_private(host: str) -> bool:
    """Say whether a host (see `host_of`) is this machine or in a private network.

    Judged by the name alone, without a name server: loopback and private addresses, names without a dot and names of
    private zones.
    """
    name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return "." not in name or name.endswith(_PRIVATE_ZONES)
    return address.is_loopback or address.is_private

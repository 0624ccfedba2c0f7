"""The numbers and names of one service: rate limits, time-outs and sizes; and the host of a URL, which limits go by."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class RateLimits:
    """The most requests that a public host of a service gets.

    `max_rate` per second whatever the settings say, `burst` at once after a quiet time, `per_minute` within any 60 s,
    of which `reserved` are for searches alone, and `bulk_interval` seconds between two bulk requests.
    """

    max_rate: float
    burst: float
    per_minute: int
    reserved: int
    bulk_interval: float


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds for a connection, for one silence while reading, and for the whole request."""

    connect: float
    read: float
    whole: float


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """The most that one response may have.

    `raw` bytes from the network, `inflated` bytes once inflated, `depth` levels of nesting, and `marks`: commas,
    brackets and quotes, because 8 MB of `[],` would become 400 MB of lists.
    """

    raw: int
    inflated: int
    depth: int
    marks: int


@dataclass(frozen=True, slots=True)
class Service:
    """One service on the network. `name` begins the names of its files of shared state."""

    name: str
    user_agent: str
    rates: RateLimits
    timeouts: Timeouts
    body: BodyLimits


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

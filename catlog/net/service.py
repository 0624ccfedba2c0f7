"""The numbers and names of one service: rate limits, time-outs and sizes."""

from __future__ import annotations

from dataclasses import dataclass


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

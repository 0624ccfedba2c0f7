"""A response as it came: the bytes that the ETL stores, and the age of the data by its headers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from catlog.text import clean

FRESHNESS_HEADERS = ("date", "expires", "etag", "last-modified", "age", "cache-control", "x-cache-status")
"""The headers stored with a response, by lower-case name."""

FIRST_YEAR = 2000
"""The first year of a believable Last-Modified: servers without a date send earlier ones."""

_AGE_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Validators:
    """The validators of a response for a later conditional request; at least one of the two is set."""

    etag: str | None
    last_modified: str | None

    def as_headers(self) -> dict[str, str]:
        """Return the request headers that make the request conditional."""
        pairs = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in pairs.items() if value is not None}


@dataclass(frozen=True, slots=True)
class RawResponse:
    """A good response: status 200, or 304 without a body to a conditional request.

    `source` is the base URL that a later run can be bound to, `host` its short name, `path` and `page` those of the
    request; `fetched_at` is aware UTC; `headers` are those of `FRESHNESS_HEADERS` that came; `body` is inflated.
    """

    source: str
    host: str
    url: str
    path: str
    page: int | None
    status: int
    fetched_at: datetime
    headers: Mapping[str, str]
    body: bytes

    @property
    def where(self) -> str:
        """The source and the page, as every error about this response names them."""
        return place(self.host, self.path, self.page)

    @property
    def sha256(self) -> str:
        """The hash of `body`, in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def not_modified(self) -> bool:
        """Whether the source says that the caller's response is still current."""
        return self.status == 304

    @property
    def as_of(self) -> datetime:
        """The instant the data is from: Last-Modified where it came, else when it was fetched."""
        modified = last_modified(self.headers)
        return min(modified, self.fetched_at) if modified is not None else self.fetched_at

    @property
    def sent_between(self) -> tuple[datetime, datetime] | None:
        """The earliest and the latest instant at which the response can have been sent here; None without a Date.

        A cache on the way adds an Age: some leave the Date of the first response, others renew it.
        """
        date, age = _instant(self.headers.get("date")), self.headers.get("age", "").strip()
        seconds = int(age) if age.isascii() and age.isdecimal() and len(age) <= _AGE_DIGITS else 0
        return (date, date + timedelta(seconds=seconds)) if date is not None and date.year < MAXYEAR else None

    @property
    def stale(self) -> bool:
        """Whether the source marks the response as older than it should be.

        Either X-Cache-Status is STALE, or Expires lies before the response's Date (else before `fetched_at`). An
        Expires that only forbids caching, with no-store or no-cache or as "-1", says nothing about age.
        """
        if self.headers.get("x-cache-status", "").strip().upper() == "STALE":
            return True
        control = self.headers.get("cache-control", "").lower()
        expires = _instant(self.headers.get("expires"))
        if expires is None or "no-store" in control or "no-cache" in control:
            return False
        return expires < (_instant(self.headers.get("date")) or self.fetched_at)

    @property
    def validators(self) -> Validators | None:
        """The validators for a later conditional request, or None."""
        etag, modified = self.headers.get("etag", ""), self.headers.get("last-modified")
        if not etag.isascii() or not etag:
            return Validators(None, modified) if _instant(modified) is not None else None
        return Validators(etag, modified if _instant(modified) is not None else None)


def place(host: str, path: str, page: int | None) -> str:
    """Return how errors name a request: host, path and page."""
    return f"{host} {path}" + (f", page {page}" if page is not None else "")


def freshness_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the `FRESHNESS_HEADERS` of a response, clean; names are lower-case."""
    return {name: clean(headers[name], limit=200) for name in FRESHNESS_HEADERS if name in headers}


def last_modified(headers: Mapping[str, str]) -> datetime | None:
    """Return the Last-Modified of stored headers; None without one, and for one before `FIRST_YEAR`."""
    found = _instant(headers.get("last-modified"))
    return found if found is not None and found.year >= FIRST_YEAR else None


def _instant(text: str | None) -> datetime | None:
    """Return the instant of an HTTP date, or None for anything else ("-1", "0", nothing)."""
    try:
        found = parsedate_to_datetime(text or "")
    except (ValueError, OverflowError):
        return None
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)

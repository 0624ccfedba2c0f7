"""One answer as it came, before anything is read from it: what the ETL stores and a search shows the age of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from catlog.jikan.errors import BadResponseError
from catlog.jikan.schema import ANIME_FIELDS, AnimePage, parse_data, parse_page
from catlog.net.body import parse_json
from catlog.text import clean

FRESHNESS_HEADERS = ("date", "expires", "etag", "last-modified", "age", "cache-control", "x-cache-status")
"""The headers kept of an answer, by lower-case name."""

FIRST_YEAR = 2000
"""An instant of an earlier year is no instant: it is what a server says that does not know."""

_AGE_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Validators:
    """What an answer gave to ask later whether it changed; at least one of the two is set."""

    etag: str | None
    last_modified: str | None

    def as_headers(self) -> dict[str, str]:
        """Return the request headers that make the request conditional."""
        pairs = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in pairs.items() if value is not None}


@dataclass(frozen=True, slots=True)
class RawResponse:
    """A good answer: status 200, or 304 without a body when the request was conditional.

    `source` is the base URL that a later run can be bound to, `host` its short name, `path` and `page` what was asked
    for; `fetched_at` is aware UTC; `headers` are those of `FRESHNESS_HEADERS` that came; `body` is inflated.
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
        """The source and the page, as every error about this answer names them."""
        return place(self.host, self.path, self.page)

    @property
    def sha256(self) -> str:
        """The hash of `body`, in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def not_modified(self) -> bool:
        """Whether the source says that what the caller has is still right."""
        return self.status == 304

    @property
    def as_of(self) -> datetime:
        """The instant the data is from: Last-Modified where it came, else when it was fetched."""
        told = last_modified(self.headers)
        return min(told, self.fetched_at) if told is not None else self.fetched_at

    @property
    def sent_between(self) -> tuple[datetime, datetime] | None:
        """The earliest and the latest instant at which the answer can have been sent here; None without a Date.

        A cache on the way adds an Age: some leave the Date of the first answer beside it, others renew the Date.
        """
        date, age = _instant(self.headers.get("date")), self.headers.get("age", "").strip()
        seconds = int(age) if age.isascii() and age.isdecimal() and len(age) <= _AGE_DIGITS else 0
        return (date, date + timedelta(seconds=seconds)) if date is not None and date.year < MAXYEAR else None

    @property
    def stale(self) -> bool:
        """Whether the source says it answers with something older than it should be.

        Either X-Cache-Status is STALE, or Expires lies before the answer's own Date (else before `fetched_at`). An
        Expires that only forbids caching, beside no-store or no-cache or as "-1", says nothing about age.
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
        """What the answer gave for a conditional request, or None."""
        etag, modified = self.headers.get("etag", ""), self.headers.get("last-modified")
        if not etag.isascii() or not etag:
            return Validators(None, modified) if _instant(modified) is not None else None
        return Validators(etag, modified if _instant(modified) is not None else None)

    def document(self) -> object:
        """Parse the body. Raises `BadResponseError`, with this answer, for anything but strict JSON."""
        with self._blamed():
            return parse_json(self.body, self.where)

    def data(self) -> object:
        """Parse the body and return what is under "data". Raises `BadResponseError`, with this answer."""
        with self._blamed():
            return parse_data(self.document(), self.where)

    def read_page(self, known: Set[str] = ANIME_FIELDS) -> AnimePage:
        """Parse the body as a page of entries; see `parse_page`. Raises `BadResponseError`, with this answer."""
        with self._blamed():
            return parse_page(self.document(), self.where, known=known)

    @contextmanager
    def _blamed(self) -> Iterator[None]:
        try:
            yield
        except BadResponseError as problem:
            problem.response = self
            raise


def place(host: str, path: str, page: int | None) -> str:
    """Return how errors name a request: the source, what was asked of it, and the page."""
    return f"{host} {path}" + (f", page {page}" if page is not None else "")


def freshness_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that tell how fresh an answer is, clean; names are lower-case."""
    return {name: clean(headers[name], limit=200) for name in FRESHNESS_HEADERS if name in headers}


def last_modified(headers: Mapping[str, str]) -> datetime | None:
    """Return the Last-Modified among kept headers; None without one, and for one before `FIRST_YEAR`."""
    found = _instant(headers.get("last-modified"))
    return found if found is not None and found.year >= FIRST_YEAR else None


def _instant(text: str | None) -> datetime | None:
    """Return the instant of an HTTP date, or None for anything else ("-1", "0", nothing)."""
    try:
        found = parsedate_to_datetime(text or "")
    except (ValueError, OverflowError):
        return None
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)

"""A cache of good responses in files, raw and with their age, for when no source answers.

A file holds a line of JSON about the response, and its body, deflated. A file that cannot be read is a cache miss.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from catlog import clock
from catlog.atomic_files import MALFORMED, write_private
from catlog.errors import BadDataError, CatLogError, NotFoundError, UnavailableError
from catlog.jikan.request import ApiRequest, ApiSource
from catlog.jikan.response import JikanResponse
from catlog.jikan.service import JIKAN
from catlog.ownership import read_own

MAX_RESPONSES = 1_000
"""The most cached responses; the oldest files are deleted first."""

_HEAD_LIMIT = 65_536


class NotCachedError(NotFoundError):
    """The response is not cached, and no request may be sent."""


@dataclass(frozen=True, slots=True)
class ResponseCache:
    """The responses in one folder, which is made on first use."""

    folder: Path

    def find(self, request: ApiRequest) -> JikanResponse | None:
        """Return the cached response to exactly this request, however old, or None."""
        return _read(self._file(request))

    def matching(self, path: re.Pattern[str]) -> Iterator[JikanResponse]:
        """Yield every cached response whose whole path matches."""
        for file in sorted(self.folder.glob("*.answer")):
            response = _read(file, path)
            if response is not None:
                yield response

    def store(self, request: ApiRequest, response: JikanResponse) -> None:
        """Store the response to a request; where the file cannot be written, do nothing."""
        file = self._file(request)
        with suppress(UnavailableError, OSError):
            write_private(file, _head(response) + b"\n" + zlib.compress(response.body))
            self._delete_oldest()

    def _file(self, request: ApiRequest) -> Path:
        key = json.dumps([request.path, sorted(request.query.items())])
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()[:40]}.answer"

    def _delete_oldest(self) -> None:
        files = list(self.folder.glob("*.answer"))
        if len(files) > MAX_RESPONSES:
            files.sort(key=lambda file: file.stat().st_mtime)
            for file in files[: len(files) - MAX_RESPONSES * 9 // 10]:
                file.unlink(missing_ok=True)


class CachedSource:
    """Serves cached responses younger than `max_age`; otherwise fetches from `source` and caches.

    On failure, serves the stale response, sets `failed` and sends no further request. Without a source, serves every
    cached response, and raises NotCachedError without one.
    """

    def __init__(self, cache: ResponseCache, source: ApiSource | None, *, max_age: timedelta) -> None:
        self._cache = cache
        self._source = source
        self._max_age = max_age
        self.failed: CatLogError | None = None
        self.fetched = 0
        """Good responses that came from the source."""

    def get(self, request: ApiRequest) -> JikanResponse:
        """Return a response that is strict JSON. Raises NotCachedError, and the source's errors."""
        cached = self._cache.find(request)
        if cached is not None and (self._source is None or clock.now() - cached.fetched_at < self._max_age):
            return cached
        if self._source is None:
            raise NotCachedError(f"{request.at('the source')}: it was never fetched")
        try:
            if self.failed is not None:
                raise self.failed
            response = self._source.get(request)
            response.data()
        except (UnavailableError, BadDataError) as problem:
            self.failed = problem
            if cached is None:
                raise
            return cached
        self.fetched += 1
        self._cache.store(request, response)
        return response


def _read(file: Path, path: re.Pattern[str] | None = None) -> JikanResponse | None:
    """Return the response in a file, or None when it cannot be read or its path does not match `path`."""
    try:
        line, _, body = read_own(file).partition(b"\n")
        head = json.loads(line) if len(line) < _HEAD_LIMIT else None
        if not isinstance(head, dict) or (path is not None and not path.fullmatch(str(head["path"]))):
            return None
        inflater = zlib.decompressobj()
        whole = inflater.decompress(body, JIKAN.body.inflated)
        return _response(head, whole) if inflater.eof else None
    except (OSError, zlib.error, *MALFORMED):
        return None


def _head(response: JikanResponse) -> bytes:
    head = {
        "source": response.source,
        "host": response.host,
        "url": response.url,
        "path": response.path,
        "page": response.page,
        "fetchedAt": response.fetched_at.isoformat(),
        "headers": dict(response.headers),
    }
    return json.dumps(head).encode("ascii")


def _response(head: dict[str, Any], body: bytes) -> JikanResponse:
    fetched_at = datetime.fromisoformat(head["fetchedAt"])
    if fetched_at.tzinfo is None:
        raise ValueError("an instant without a time zone")
    return JikanResponse(
        source=str(head["source"]),
        host=str(head["host"]),
        url=str(head["url"]),
        path=str(head["path"]),
        page=head["page"],
        status=200,
        fetched_at=fetched_at,
        headers={str(name): str(text) for name, text in head["headers"].items()},
        body=body,
    )

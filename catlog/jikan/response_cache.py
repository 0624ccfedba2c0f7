"""Good answers that are kept in files, raw and with the instant they are from: to be read again when no source answers.

A file holds a line of JSON that says where the answer came from, and its body, deflated. What cannot be read again is
as if it had never been kept.
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
from catlog.jikan.request import ApiSource, Parameters, as_text
from catlog.jikan.response import RawResponse, Validators, place
from catlog.net.body import INFLATED_LIMIT
from catlog.ownership import read_own

MAX_RESPONSES = 1_000
"""Answers that are kept; the oldest files go first."""

_HEAD_LIMIT = 65_536


class NotCachedError(NotFoundError):
    """The answer was never kept, and no source is to be asked."""


@dataclass(frozen=True, slots=True)
class ResponseCache:
    """The answers in one folder, which is made on first use."""

    folder: Path

    def find(self, path: str, params: Parameters | None = None, *, page: int | None = None) -> RawResponse | None:
        """Return the kept answer to exactly this question, however old, or None."""
        return _read(self._file(path, params, page))

    def matching(self, path: re.Pattern[str]) -> Iterator[RawResponse]:
        """Yield every kept answer whose path fits wholly."""
        for file in sorted(self.folder.glob("*.answer")):
            answer = _read(file, path)
            if answer is not None:
                yield answer

    def store(self, answer: RawResponse, params: Parameters | None = None) -> None:
        """Keep the answer to a question; `params` are those it was asked with, without the page.

        Not being able to is no fault.
        """
        file = self._file(answer.path, params, answer.page)
        with suppress(UnavailableError, OSError):
            write_private(file, _head(answer) + b"\n" + zlib.compress(answer.body))
            self._forget_the_oldest()

    def _file(self, path: str, params: Parameters | None, page: int | None) -> Path:
        asked = json.dumps([path, sorted(as_text({**(params or {}), "page": page}).items())])
        return self.folder / f"{hashlib.sha256(asked.encode()).hexdigest()[:40]}.answer"

    def _forget_the_oldest(self) -> None:
        files = list(self.folder.glob("*.answer"))
        if len(files) > MAX_RESPONSES:
            files.sort(key=lambda file: file.stat().st_mtime)
            for file in files[: len(files) - MAX_RESPONSES * 9 // 10]:
                file.unlink(missing_ok=True)


class CachedSource:
    """Answers with what is kept while it is `young`, else asks `source` and keeps what it says.

    Where the source fails, an older answer is better than none; it is not asked again then, and `failed` says why.
    Without a source everything kept will do, and what is not raises NotCachedError.
    """

    def __init__(self, cache: ResponseCache, source: ApiSource | None, *, max_age: timedelta) -> None:
        self._kept = cache
        self._source = source
        self._young = max_age
        self.failed: CatLogError | None = None
        self.fetched = 0
        """Good answers that came from the source just now."""

    def get(
        self,
        path: str,
        params: Parameters | None = None,
        *,
        page: int | None = None,
        of_id: bool = False,
        since: Validators | None = None,
    ) -> RawResponse:
        """Return an answer that is strict JSON. Raises NotCachedError, and what the source raises."""
        known = self._kept.find(path, params, page=page)
        if known is not None and (self._source is None or clock.now() - known.fetched_at < self._young):
            return known
        if self._source is None:
            raise NotCachedError(f"{place('the source', path, page)}: nobody has asked for it yet")
        try:
            if self.failed is not None:
                raise self.failed
            answer = self._source.get(path, params, page=page, of_id=of_id, since=since)
            answer.data()
        except (UnavailableError, BadDataError) as problem:
            self.failed = problem
            if known is None:
                raise
            return known
        self.fetched += 1
        self._kept.store(answer, params)
        return answer


def _read(file: Path, path: re.Pattern[str] | None = None) -> RawResponse | None:
    """Return the answer in a file, or None: where it cannot be read, and where its path does not fit `path`."""
    try:
        head, _, body = read_own(file).partition(b"\n")
        told = json.loads(head) if len(head) < _HEAD_LIMIT else None
        if not isinstance(told, dict) or (path is not None and not path.fullmatch(str(told["path"]))):
            return None
        inflater = zlib.decompressobj()
        whole = inflater.decompress(body, INFLATED_LIMIT)
        return _answer(told, whole) if inflater.eof else None
    except (OSError, zlib.error, *MALFORMED):
        return None


def _head(answer: RawResponse) -> bytes:
    told = {
        "source": answer.source,
        "host": answer.host,
        "url": answer.url,
        "path": answer.path,
        "page": answer.page,
        "fetchedAt": answer.fetched_at.isoformat(),
        "headers": dict(answer.headers),
    }
    return json.dumps(told).encode("ascii")


def _answer(told: dict[str, Any], body: bytes) -> RawResponse:
    fetched_at = datetime.fromisoformat(told["fetchedAt"])
    if fetched_at.tzinfo is None:
        raise ValueError("an instant without a time zone")
    return RawResponse(
        source=str(told["source"]),
        host=str(told["host"]),
        url=str(told["url"]),
        path=str(told["path"]),
        page=told["page"],
        status=200,
        fetched_at=fetched_at,
        headers={str(name): str(text) for name, text in told["headers"].items()},
        body=body,
    )

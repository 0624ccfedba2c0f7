"""Covers, cached on disk: an image is fetched once, and any failure means no image for now."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Self

from catlog.atomic_files import write_private
from catlog.catalogue import drawn_covers
from catlog.config import Settings
from catlog.errors import CatLogError
from catlog.net.backoff import Cancel
from catlog.net.errors import RequestCancelledError
from catlog.ownership import open_own

if TYPE_CHECKING:
    from catlog.jikan.images import Images

log = logging.getLogger(__name__)

CACHE_LIMIT = 50_000_000
"""The most bytes of all images on disk; the least recently used ones are evicted."""

RETRY_SECONDS = 600.0
"""Seconds before a failed image is fetched again."""

_FREED_TO = 0.8

Fetch = Callable[[str, Cancel], bytes]
"""Fetches one image, as `catlog.jikan.images.Images.fetch` does."""


class Posters:
    """The covers of one user, for any number of threads."""

    def __init__(self, folder: Path, fetch: Fetch, *, limit: int = CACHE_LIMIT) -> None:
        """`folder` has no other files; `limit` is in bytes."""
        self._folder = folder
        self._fetch = fetch
        self._limit = limit
        self._failed: dict[str, float] = {}

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return the covers of these settings; the HTTP library is loaded on the first missing one."""
        return cls(settings.paths.cache / "posters", _Network().fetch)

    def find(self, url: str | None, cancel: Cancel = None) -> bytes | None:
        """Return an image: drawn, from the cache or from the network; None where there is none. Never raises."""
        if not url:
            return None
        if url.startswith(drawn_covers.SCHEME):
            return _drawn(url)
        file = self._folder / hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()[:40]
        cached = _read(file)
        if cached is not None or time.monotonic() - self._failed.get(url, -RETRY_SECONDS) < RETRY_SECONDS:
            return cached
        try:
            image = self._fetch(url, cancel)
        except RequestCancelledError:
            return None
        except CatLogError as problem:
            log.info("no cover: %s", problem)
            self._failed[url] = time.monotonic()
            return None
        self._store(file, image)
        return image

    def _store(self, file: Path, image: bytes) -> None:
        try:
            write_private(file, image)
            self._make_room()
        except (CatLogError, OSError) as problem:
            log.info("the cover is not cached: %s", problem)

    def _make_room(self) -> None:
        files = [(entry.stat().st_mtime, entry.stat().st_size, Path(entry)) for entry in os.scandir(self._folder)]
        size = sum(size for _, size, _ in files)
        if size <= self._limit:
            return
        for _, length, file in sorted(files):
            if size <= self._limit * _FREED_TO:
                break
            file.unlink(missing_ok=True)
            size -= length


class _Network:
    """The HTTP client of images, opened on first use and closed with the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._images: Images | None = None

    def fetch(self, url: str, cancel: Cancel) -> bytes:
        with self._lock:
            if self._images is None:
                from catlog.jikan.images import Images  # imports httpx, which cached covers do not need

                self._images = Images()
                weakref.finalize(self, self._images.close)
        return self._images.fetch(url, cancel)


def _drawn(url: str) -> bytes | None:
    try:
        return drawn_covers.draw(url)
    except (ValueError, OverflowError):
        return None


def _read(file: Path) -> bytes | None:
    try:
        with os.fdopen(open_own(file, os.O_RDONLY), "rb") as stored:
            image = stored.read()
            os.utime(stored.fileno())
    except (CatLogError, OSError):
        return None
    return image

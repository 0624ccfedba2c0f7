"""Covers from the network: one GET to the URL in the catalogue, within limits, and nothing but an image back.

The URLs come from sources and imported files and are not trusted: https to a public name alone, no port or user name,
redirects within the host, no more bytes than a cover has.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

from catlog.jikan.errors import SourceRefusedError, bad_response, no_connection
from catlog.jikan.service import JIKAN
from catlog.net.backoff import Cancel
from catlog.net.errors import NoReplyError
from catlog.net.service import Timeouts, host_of, is_private
from catlog.net.transport import Transport

IMAGE_LIMIT = 2_000_000
"""The most bytes of one image."""

_REDIRECTS = 2
_REDIRECT_STATUSES = (301, 302, 303, 307, 308)
_TIMEOUTS = Timeouts(connect=4.0, read=5.0, whole=15.0)
_STARTS = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n", "image/webp": b"RIFF"}
_PUBLIC_NAME = re.compile(r"[a-z0-9.-]+\.(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})")


def public_https(url: str) -> bool:
    """Say whether a URL is https to a public name: no IP address, port, user name or private network."""
    try:
        parts = urlsplit(url)
        plain = parts.port in (None, 443) and "@" not in parts.netloc
    except ValueError:
        return False
    name = (parts.hostname or "").rstrip(".")
    if parts.scheme != "https" or not plain or not _PUBLIC_NAME.fullmatch(name):
        return False
    return not is_private(host_of(url))


class Images:
    """Fetches images. Usable by several threads; the connections are opened on first use."""

    def __init__(self, *, allowed: Callable[[str], bool] = public_https, timeouts: Timeouts = _TIMEOUTS) -> None:
        """Open nothing yet; `allowed` says which URLs may be fetched."""
        self._allowed = allowed
        self._transport = Transport(replace(JIKAN, timeouts=timeouts), trust_env=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def fetch(self, url: str, cancel: Cancel = None) -> bytes:
        """Return the bytes of a JPEG, PNG or WebP image, undecoded and at most `IMAGE_LIMIT`.

        Raises `SourceRefusedError` for a URL that may not be fetched or redirects elsewhere, `SourceUnavailableError`
        without a response, `BadResponseError` for anything but such an image, `RequestCancelledError`.
        """
        for _ in range(1 + _REDIRECTS):
            if not self._allowed(url):
                raise SourceRefusedError("the URL of the image is not allowed")
            where = urlsplit(url).netloc
            try:
                reply = self._transport.fetch(url, {}, {"Accept": ", ".join(_STARTS)}, cancel=cancel)
            except NoReplyError as problem:
                raise no_connection(where, str(problem), 1) from None
            if reply.status not in _REDIRECT_STATUSES:
                break
            url = _target(reply.url, reply.headers.get("location", ""))
        else:
            raise SourceRefusedError(f"{where}: redirected in a circle")
        if reply.status != 200:
            raise SourceRefusedError(f"{where}: the image is refused with {reply.status}")
        if reply.problem:
            raise bad_response(where, reply.problem)
        kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
        if len(reply.body) > IMAGE_LIMIT:
            raise bad_response(where, f"the image is larger than {IMAGE_LIMIT // 10**6} MB")
        if kind not in _STARTS or not reply.body.startswith(_STARTS[kind]):
            raise bad_response(where, "the answer is no JPEG, PNG or WebP image")
        return reply.body


def _target(url: str, location: str) -> str:
    """Return the target of a redirect; "", which is not allowed, outside of the host or the scheme."""
    try:
        target = urljoin(url, location)
        here, there = urlsplit(url), urlsplit(target)
    except ValueError:
        return ""
    same = here.netloc.lower() == there.netloc.lower() and here.scheme == there.scheme
    return target if same else ""

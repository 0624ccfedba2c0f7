"""Covers from the network: one GET to the address that the catalogue has, under caps, and nothing but an image back.

The addresses come from sources and imported files, so they are no friends: https to a public name alone, no port or
user name, redirects within the host, no more bytes than a cover has.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

from catlog.jikan.client import USER_AGENT
from catlog.jikan.errors import BadResponseError, SourceRefusedError, no_connection
from catlog.jikan.instances import Instance
from catlog.net.backoff import Cancel
from catlog.net.transport import NoReplyError, Timeouts, Transport

IMAGE_LIMIT = 2_000_000
"""Bytes of one image at most."""

_REDIRECTS = 2
_REDIRECT_STATUSES = (301, 302, 303, 307, 308)
_PATIENCE = Timeouts(connect=4.0, read=5.0, whole=15.0)
_STARTS = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n", "image/webp": b"RIFF"}
_PUBLIC_NAME = re.compile(r"[a-z0-9.-]+\.(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})")


def public_https(url: str) -> bool:
    """Say whether an address is https to a public name: never a number, a port, a user name or the own network."""
    try:
        parts = urlsplit(url)
        plain = parts.port in (None, 443) and "@" not in parts.netloc
    except ValueError:
        return False
    name = (parts.hostname or "").rstrip(".")
    if parts.scheme != "https" or not plain or not _PUBLIC_NAME.fullmatch(name):
        return False
    return not Instance(url).self_hosted


class Images:
    """Fetches images. Usable by several threads; the connections are opened on first use."""

    def __init__(self, *, allowed: Callable[[str], bool] = public_https, timeouts: Timeouts = _PATIENCE) -> None:
        """Open nothing yet; `allowed` says which addresses may be asked at all."""
        self._allowed = allowed
        self._transport = Transport(trust_env=True, user_agent=USER_AGENT, timeouts=timeouts)

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
        """Return the bytes of a JPEG, PNG or WebP image, undecoded and of at most `IMAGE_LIMIT`.

        Raises `SourceRefusedError` for an address that may not be asked or leads elsewhere, `SourceUnavailableError`
        without an answer, `BadResponseError` for anything that is no such image, `RequestCancelledError`.
        """
        asked = url
        for _ in range(1 + _REDIRECTS):
            if not self._allowed(asked):
                raise SourceRefusedError("the address of an image is none that may be asked")
            where = urlsplit(asked).netloc
            try:
                reply = self._transport.fetch(asked, {}, {"Accept": ", ".join(_STARTS)}, where=where, cancel=cancel)
            except NoReplyError as problem:
                raise no_connection(where, str(problem), 1) from None
            if reply.status not in _REDIRECT_STATUSES:
                break
            asked = _within(reply.url, reply.headers.get("location", ""))
        else:
            raise SourceRefusedError(f"{where}: redirected in a circle")
        if reply.status != 200:
            raise SourceRefusedError(f"{where}: the image is refused with {reply.status}")
        if reply.problem:
            raise BadResponseError(where, reply.problem)
        kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
        if len(reply.body) > IMAGE_LIMIT:
            raise BadResponseError(where, f"the image is larger than {IMAGE_LIMIT // 10**6} MB")
        if kind not in _STARTS or not reply.body.startswith(_STARTS[kind]):
            raise BadResponseError(where, "the answer is no JPEG, PNG or WebP image")
        return reply.body


def _within(url: str, location: str) -> str:
    """Return where a redirect leads; "" out of the host or the scheme, which is then not allowed."""
    try:
        target = urljoin(url, location)
        here, there = urlsplit(url), urlsplit(target)
    except ValueError:
        return ""
    same = here.netloc.lower() == there.netloc.lower() and here.scheme == there.scheme
    return target if same else ""

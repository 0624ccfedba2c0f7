"""The only module that knows httpx: one request out, one capped answer or one failure in.

Every read, write and connect is cut to what is left of the whole request's time, and looks up a few times a second
whether somebody still wants the answer; httpx alone does neither, and a source that sends a byte every 19 s would hold
a request for hours.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpcore
import httpx

from catlog.errors import ConfigError
from catlog.jikan.errors import BadResponseError
from catlog.net.backoff import Cancel, check
from catlog.net.body import read_body
from catlog.text import clean

_GLANCE = 0.2
"""Seconds between two looks at `cancel` while the network is silent."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds for a connection, for one silence while reading, and for the whole request."""

    connect: float = 5.0
    read: float = 20.0
    whole: float = 60.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: lower-case header names; `problem` says why a body could not be read, which is then empty."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    problem: str = ""


class NoReplyError(Exception):
    """The connection failed, or broke before the answer was whole. The text says how, in plain words."""


@dataclass(frozen=True, slots=True)
class _Patience:
    deadline: float
    cancel: Cancel

    def left(self, timeout: float | None) -> float:
        left = self.deadline - time.monotonic()
        return max(0.001, left if timeout is None else min(left, timeout))

    @property
    def over(self) -> bool:
        return time.monotonic() >= self.deadline


_patience: ContextVar[_Patience] = ContextVar("patience")


class Transport:
    """The connections to one source. Usable by several threads at once; `close` ends them."""

    def __init__(self, *, trust_env: bool, user_agent: str, timeouts: Timeouts) -> None:
        """`trust_env` lets httpx find the proxy of the environment, which the own network must not go through.

        Raises `ConfigError` when that proxy, or the certificates the environment names, cannot be used.
        """
        self._timeouts = timeouts
        try:
            self._client = httpx.Client(
                verify=_tls(trust_env=trust_env),
                trust_env=trust_env,
                follow_redirects=False,
                timeout=httpx.Timeout(timeouts.read, connect=timeouts.connect),
                headers={"User-Agent": user_agent, "Accept": "application/json", "Accept-Encoding": "gzip, deflate"},
            )
        except (ImportError, ValueError, OSError, httpx.InvalidURL) as problem:
            hint = "look at HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE; a proxy must be http:// or https://"
            raise ConfigError(f"the proxy or certificates of the environment: {_reason(problem)}", hint=hint) from None
        for mounted in (self._client._transport, *self._client._mounts.values()):
            # httpx has no public way to pass a network backend on to its pool; a test fails should this one close.
            if isinstance(mounted, httpx.HTTPTransport):
                mounted._pool._network_backend = _WatchedBackend(mounted._pool._network_backend)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def fetch(
        self, url: str, params: Mapping[str, str], headers: Mapping[str, str], *, where: str, cancel: Cancel = None
    ) -> Reply:
        """Send one GET and read the answer under the caps and within the time.

        Raises `NoReplyError` when there is no whole answer, `RequestCancelledError` when `cancel` is set.
        """
        check(cancel)
        patience = _Patience(time.monotonic() + self._timeouts.whole, cancel)
        token = _patience.set(patience)
        try:
            with (
                _plain_words(patience),
                self._client.stream("GET", url, params=params or None, headers=dict(headers)) as response,
            ):
                body, problem = _read(response, where)
                kept = {name.lower(): value for name, value in response.headers.items()}
                return Reply(str(response.url), response.status_code, kept, body, problem)
        finally:
            _patience.reset(token)


@cache
def _tls(*, trust_env: bool) -> ssl.SSLContext:
    """Return the one context, checking certificates, that all connections share: loading the roots takes a while."""
    return httpx.create_ssl_context(trust_env=trust_env)


def _read(response: httpx.Response, where: str) -> tuple[bytes, str]:
    try:
        return read_body(response.iter_raw(65_536), response.headers.get("content-encoding", ""), where), ""
    except BadResponseError as problem:
        return b"", problem.reason


@contextmanager
def _plain_words(patience: _Patience) -> Iterator[None]:
    try:
        yield
    except httpx.TimeoutException as problem:
        if patience.over:
            raise NoReplyError("the answer took longer than a whole request may") from None
        connecting = isinstance(problem, httpx.ConnectTimeout)
        raise NoReplyError("no connection in time" if connecting else "no answer in time") from None
    except httpx.ConnectError as problem:
        raise NoReplyError(f"no connection ({_reason(problem)})") from None
    except httpx.TransportError as problem:
        raise NoReplyError(f"the connection broke ({_reason(problem)})") from None
    except (httpx.InvalidURL, UnicodeError) as problem:
        raise NoReplyError(f"the URL cannot be used ({_reason(problem)})") from None


def _reason(problem: Exception) -> str:
    return clean(str(problem), limit=120) or type(problem).__name__


class _WatchedBackend(httpcore.NetworkBackend):
    """Opens connections that respect the patience of the request they serve."""

    def __init__(self, inner: httpcore.NetworkBackend) -> None:
        self._inner = inner

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = _patience.get().left(timeout)
        return _WatchedStream(self._inner.connect_tcp(host, port, left, local_address, socket_options))


class _WatchedStream(httpcore.NetworkStream):
    """A connection whose waits are cut to the patience of the request in hand."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        patience = _patience.get()
        silence_ends = time.monotonic() + patience.left(timeout)
        while True:
            check(patience.cancel)
            if patience.over:
                raise httpcore.ReadTimeout
            left = max(0.001, silence_ends - time.monotonic())
            try:
                return self._inner.read(max_bytes, left if patience.cancel is None else min(left, _GLANCE))
            except httpcore.ReadTimeout:
                if time.monotonic() >= silence_ends:
                    raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _patience.get().left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _WatchedStream(self._inner.start_tls(ssl_context, server_hostname, _patience.get().left(timeout)))

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)

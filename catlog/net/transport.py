"""The only module that imports httpx: send one request, and return one response within limits, or one failure.

Every read, write and connect is cut to the rest of the request's time, and reading checks `cancel` a few times a
second; httpx does neither, and a source that sends a byte every 19 s would hold a request for hours.
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
from catlog.net.backoff import Cancel, check
from catlog.net.body import read_body
from catlog.net.errors import BadBodyError, NoReplyError
from catlog.net.service import Service
from catlog.text import clean

_POLL = 0.2
"""Seconds between two checks of `cancel` while the network is silent."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A status with lower-case headers and a body; `problem` says why the body could not be read, and is empty."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Deadline:
    at: float
    cancel: Cancel

    def left(self, timeout: float | None) -> float:
        left = self.at - time.monotonic()
        return max(0.001, left if timeout is None else min(left, timeout))

    @property
    def over(self) -> bool:
        return time.monotonic() >= self.at


_deadline: ContextVar[_Deadline] = ContextVar("deadline")


class Transport:
    """The connections to one source. Usable by several threads at once; `close` ends them."""

    def __init__(self, service: Service, *, trust_env: bool) -> None:
        """Open nothing yet. `trust_env` uses the proxy of the environment, which a private network must not.

        Raises `ConfigError` when that proxy, or the certificates the environment names, cannot be used.
        """
        self._service = service
        timeouts = service.timeouts
        try:
            self._client = httpx.Client(
                verify=_tls(trust_env=trust_env),
                trust_env=trust_env,
                follow_redirects=False,
                timeout=httpx.Timeout(timeouts.read, connect=timeouts.connect),
                headers={
                    "User-Agent": service.user_agent,
                    "Accept": "application/json",
                    "Accept-Encoding": "gzip, deflate",
                },
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

    def fetch(self, url: str, params: Mapping[str, str], headers: Mapping[str, str], *, cancel: Cancel = None) -> Reply:
        """Send one GET and read the response within limits and time-outs.

        Raises `NoReplyError` without a whole response, `RequestCancelledError` when `cancel` is set.
        """
        check(cancel)
        deadline = _Deadline(time.monotonic() + self._service.timeouts.whole, cancel)
        token = _deadline.set(deadline)
        try:
            with (
                _plain_words(deadline),
                self._client.stream("GET", url, params=params or None, headers=dict(headers)) as response,
            ):
                body, problem = self._read(response)
                lower = {name.lower(): value for name, value in response.headers.items()}
                return Reply(str(response.url), response.status_code, lower, body, problem)
        finally:
            _deadline.reset(token)

    def _read(self, response: httpx.Response) -> tuple[bytes, str]:
        encoding = response.headers.get("content-encoding", "")
        try:
            return read_body(response.iter_raw(65_536), encoding, self._service.body), ""
        except BadBodyError as problem:
            return b"", problem.message


@cache
def _tls(*, trust_env: bool) -> ssl.SSLContext:
    """Return the TLS context that all connections share, because loading the root certificates is slow."""
    return httpx.create_ssl_context(trust_env=trust_env)


@contextmanager
def _plain_words(deadline: _Deadline) -> Iterator[None]:
    try:
        yield
    except httpx.TimeoutException as problem:
        if deadline.over:
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
    """Opens connections that end at the deadline of their request."""

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
        left = _deadline.get().left(timeout)
        return _WatchedStream(self._inner.connect_tcp(host, port, left, local_address, socket_options))


class _WatchedStream(httpcore.NetworkStream):
    """A connection whose waits end at the deadline of the current request."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        deadline = _deadline.get()
        silence_ends = time.monotonic() + deadline.left(timeout)
        while True:
            check(deadline.cancel)
            if deadline.over:
                raise httpcore.ReadTimeout
            left = max(0.001, silence_ends - time.monotonic())
            try:
                return self._inner.read(max_bytes, left if deadline.cancel is None else min(left, _POLL))
            except httpcore.ReadTimeout:
                if time.monotonic() >= silence_ends:
                    raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _deadline.get().left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _WatchedStream(self._inner.start_tls(ssl_context, server_hostname, _deadline.get().left(timeout)))

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)

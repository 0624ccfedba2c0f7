"""Answers on the wire: HTTP/1.1 over a socket, whole or broken in the ways that networks break them."""

import gzip
import re
import socket
import struct
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from hashlib import sha1
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Protocol, cast
from urllib.parse import parse_qsl, urlsplit

from tests.support.jikan.answer import Answer, Delivery, Request
from tests.support.jikan.refusals import reason, refusal

BASES = ("/v4", "/v1")
_PIECE = 1000
_Accepted = socket.socket | tuple[bytes, socket.socket]


class Respondent(Protocol):
    """Whoever answers: gets every request, from any thread."""

    def respond(self, request: Request) -> Answer:
        """Return the answer to one request; may take its time."""
        ...


class Listener(ThreadingMixIn, TCPServer):
    """A TCP server on loopback that can be closed while clients hold their connections open."""

    allow_reuse_address = True
    request_queue_size = 128
    daemon_threads = False
    block_on_close = True

    def __init__(self, port: int, respondent: Respondent, monotonic: Callable[[], float]) -> None:
        self.respondent = respondent
        self.monotonic = monotonic
        self.stopping = threading.Event()
        self.failures: list[BaseException] = []
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: _Accepted, client_address: object) -> None:
        assert isinstance(request, socket.socket)
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: _Accepted) -> None:
        assert isinstance(request, socket.socket)
        with self._lock:
            self._open.discard(request)
        if _lingers(request):
            request.close()  # with nothing said before: the other side gets a reset, not an end
        else:
            super().shutdown_request(request)

    def handle_error(self, request: _Accepted, client_address: object) -> None:
        failure = sys.exc_info()[1]
        if failure is not None and not isinstance(failure, OSError):
            self.failures.append(failure)

    def close(self) -> None:
        """Stop listening, end every wait and connection, and join the threads."""
        self.stopping.set()
        self.shutdown()
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    @property
    def _listener(self) -> Listener:
        return cast("Listener", self.server)

    def do_GET(self) -> None:
        request = self._request()
        self._send(finished(self._listener.respondent.respond(request), request))

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        self.close_connection = True
        self._send(refusal(405))

    do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_POST  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _request(self) -> Request:
        parts = urlsplit(self.path)
        base = next((base for base in BASES if f"{parts.path}/".startswith(f"{base}/")), "")
        return Request(
            method=self.command,
            base=base,
            path=parts.path.removeprefix(base) if base else "",
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): text for name, text in self.headers.items()},
            time=self._listener.monotonic(),
            connection=self.client_address[1],
        )

    def _send(self, answer: Answer) -> None:
        if self._listener.stopping.is_set():
            answer = replace(answer, delivery=Delivery.DEAD)
        if answer.delivery in (Delivery.DEAD, Delivery.RESET):
            self.close_connection = True
            if answer.delivery is Delivery.RESET:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return
        if answer.delivery is Delivery.CUT:
            self.close_connection = True
        chunked = answer.delivery is Delivery.CHUNKED
        framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(answer.body)}"
        lines = [f"HTTP/1.1 {answer.status} {reason(answer.status)}", "Server: nginx/1.24.0"]
        headers = {"Date": formatdate(usegmt=True), **answer.headers}
        lines += [f"{name}: {text}" for name, text in headers.items()]
        lines += [f"Connection: {'close' if self.close_connection else 'keep-alive'}"]
        lines += [] if answer.status == 304 else [framing]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        try:
            self._deliver(head, b"" if self.command == "HEAD" or answer.status == 304 else answer.body, answer)
        except OSError:
            self.close_connection = True  # the client has gone, as cancelled searches do

    def _deliver(self, head: bytes, body: bytes, answer: Answer) -> None:
        if answer.delivery is Delivery.CUT:
            self.connection.sendall(head + body[: len(body) // 2])
        elif answer.delivery is Delivery.DRIP:
            self.connection.sendall(head)
            for begin in range(0, len(body), _PIECE):
                if self._listener.stopping.wait(answer.pause):
                    self.close_connection = True
                    return
                self.connection.sendall(body[begin : begin + _PIECE])
        elif answer.delivery is Delivery.CHUNKED:
            pieces = [body[begin : begin + _PIECE] for begin in range(0, len(body), _PIECE)]
            framed = b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces)
            self.connection.sendall(head + framed + (b"0\r\n\r\n" if self.command != "HEAD" else b""))
        else:
            self.connection.sendall(head + body)


def finished(answer: Answer, request: Request) -> Answer:
    """Return the answer as the client asked to get it: compressed if it may be, or 304 if it has it already.

    The ranking has an ETag, made of its body; other answers may carry a Last-Modified.
    """
    if answer.status == 200 and request.path == "/top/anime" and answer.body:
        answer = answer.with_headers(ETag=f'"{sha1(answer.body, usedforsecurity=False).hexdigest()}"')
    headers = {name.lower(): text for name, text in answer.headers.items()}
    if answer.status == 200 and _has_it(request, headers.get("etag"), headers.get("last-modified")):
        return replace(answer, status=304, body=b"", coding=None, delivery=Delivery.WHOLE)
    coding = answer.coding
    if coding is None and answer.body and _takes_gzip(request.headers.get("accept-encoding", "")):
        answer, coding = replace(answer, body=gzip.compress(answer.body, 1, mtime=0)), "gzip"
    if coding not in (None, "identity"):
        answer = answer.with_headers(Content_Encoding=str(coding))
    return answer.with_headers(Vary="Accept-Encoding")


def _has_it(request: Request, etag: str | None, modified: str | None) -> bool:
    asked = request.headers.get("if-none-match")
    if asked is not None:
        return etag is not None and etag in [tag.strip().removeprefix("W/") for tag in asked.split(",")]
    return modified is not None and request.headers.get("if-modified-since") == modified


def _takes_gzip(accepted: str) -> bool:
    return re.search(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))", accepted) is not None


def _lingers(connection: socket.socket) -> bool:
    return connection.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)[:1] == b"\x01"

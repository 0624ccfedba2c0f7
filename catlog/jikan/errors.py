"""Failures of Jikan, classified by HTTP status first and by the body second."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from catlog.errors import CatLogError, InvalidArgumentError, NotFoundError, UnavailableError
from catlog.net.errors import BadResponseError, RateLimitedError, SourceUnavailableError
from catlog.net.response import RawResponse
from catlog.text import clean

RETRYABLE = frozenset((429, 500, 502, 503, 504, *range(520, 525)))
"""Statuses after which the same request may succeed. 400, 404 and 405 never are."""

_MESSAGE_LIMIT = 200
_TRY_LATER = "try again later, or check the network"


class SourceRefusedError(UnavailableError):
    """A source refused the request for good, or the server is no Jikan."""


class RequestRejectedError(InvalidArgumentError):
    """A source rejected a parameter (400). `messages` are its (parameter, text) pairs."""

    def __init__(self, message: str, messages: tuple[tuple[str, str], ...]) -> None:
        super().__init__(message)
        self.messages = messages


class UnknownToSourceError(NotFoundError):
    """A source does not have the title. `probable`: it only failed in the way it fails on unknown ids."""

    def __init__(self, message: str, *, probable: bool = False, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.probable = probable


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure that a source reports. `kind` and `message` are Jikan's texts, "" when the body is not Jikan's."""

    status: int
    kind: str = ""
    message: str = ""
    messages: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        text = self.message or "; ".join(f"{name}: {text}" for name, text in self.messages)
        return f"{self.status} {self.kind}".rstrip() + (f" ({text})" if text else "")

    @property
    def retryable(self) -> bool:
        """Say whether the same request may succeed later."""
        return self.status in RETRYABLE

    @property
    def from_upstream(self) -> bool:
        """Say whether MyAnimeList failed behind the source: an unknown id looks like that too."""
        return self.status == 500 and self.kind == "UpstreamException"


def read_fault(status: int, body: bytes) -> Fault:
    """Classify a failed response. The status in the body is ignored: it is sometimes a string, sometimes wrong."""
    try:
        raw = json.loads(body) if body[:1] == b"{" and len(body) < 100_000 else None
    except (ValueError, RecursionError):
        raw = None
    if not isinstance(raw, dict):
        return Fault(status)
    return Fault(status, _text(raw.get("type")), _text(raw.get("message")), tuple(_messages(raw.get("messages"))))


def embedded_fault(raw: Mapping[str, object]) -> Fault | None:
    """Return the fault that a response with status 200 carries in place of data, or None."""
    status = raw.get("status")
    number = int(status) if isinstance(status, int | str) and str(status).isdecimal() and len(str(status)) == 3 else 0
    return Fault(number, _text(raw.get("type")), _text(raw.get("message"))) if number >= 400 else None


def error_of(fault: Fault, where: str, *, tries: int = 1, by_id: bool = False, retry_after: float = 0.0) -> CatLogError:
    """Return the error to raise for a fault after the last try.

    `by_id`: the request named one anime, so that a failure upstream probably means an unknown id.
    """
    if by_id and fault.from_upstream:
        hint = "the id is probably unknown; if you are sure of it, MyAnimeList may be down: try again later"
        return UnknownToSourceError(f"{where}: the source could not get it from MyAnimeList", probable=True, hint=hint)
    if fault.status == 429:
        return RateLimitedError(f"{where}: the source limits our requests", retry_after=retry_after)
    if fault.retryable:
        plain = f"{_host(where)} is out of order"
        return SourceUnavailableError(f"{where}: {fault} after {_tries(tries)}", hint=_TRY_LATER, plain=plain)
    if fault.status == 400 and (fault.messages or fault.message):
        text = "; ".join(text for _, text in fault.messages) or fault.message
        return RequestRejectedError(f"{where}: the source rejects the request: {text}", fault.messages)
    if fault.status == 404 and fault.kind:
        return UnknownToSourceError(f"{where}: the source has no such thing")
    return SourceRefusedError(f"{where}: the source refuses with {fault}", hint=_refusal_hint(fault))


def bad_response(where: str, reason: str, response: RawResponse | None = None) -> BadResponseError:
    """Return the error for a response that Jikan never sends."""
    return BadResponseError(where, reason, response, hint=_TRY_LATER)


def no_connection(where: str, reason: str, tries: int) -> SourceUnavailableError:
    """Return the error for a source that was not reached or sent no whole response."""
    plain = f"{_host(where)} does not answer"
    return SourceUnavailableError(f"{where}: {reason} after {_tries(tries)}", hint=_TRY_LATER, plain=plain)


def _host(where: str) -> str:
    """Return the host of a place (see `catlog.net.response.place`), without its port."""
    host = where.partition(" ")[0]
    return urlsplit(f"//{host}").hostname or host


def _tries(count: int) -> str:
    return "1 try" if count == 1 else f"{count} tries"


def _refusal_hint(fault: Fault) -> str:
    if fault.status == 404:
        return "it does not answer like Jikan: the base path (/v1 or /v4) is part of its URL"
    return _TRY_LATER


def _text(value: object) -> str:
    return clean(value[: 2 * _MESSAGE_LIMIT], limit=_MESSAGE_LIMIT) if isinstance(value, str) else ""


def _messages(value: object) -> list[tuple[str, str]]:
    if not isinstance(value, dict):
        return []
    pairs = [(name, text) for name, texts in value.items() for text in (texts if isinstance(texts, list) else [texts])]
    return [(_text(name), _text(text)) for name, text in pairs[:20] if isinstance(text, str)]

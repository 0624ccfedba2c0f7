"""What goes wrong between CatLog and a source, classified by HTTP status first and by the body second."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from catlog.errors import (
    BadDataError,
    CancelledError,
    CatLogError,
    InvalidArgumentError,
    NotFoundError,
    UnavailableError,
)
from catlog.text import clean

if TYPE_CHECKING:
    from catlog.jikan.response import RawResponse

RETRYABLE = frozenset((429, 500, 502, 503, 504, *range(520, 525)))
"""Statuses after which the same request may succeed. 400, 404 and 405 never are."""

_MESSAGE_LIMIT = 200
_OTHER_SOURCE = "try again later, or name another source first in CATLOG_JIKAN_URLS"


class SourceUnavailableError(UnavailableError):
    """A source gave no answer, or only failures, in as many tries as the request had. `plain` says just that."""

    def __init__(self, message: str, *, hint: str = "", plain: str = "") -> None:
        super().__init__(message, hint=hint)
        self.plain = plain or message


class RequestNotSentError(SourceUnavailableError):
    """No request was sent at all: every source is left alone for now, because of what it said or did not say before."""


class RateLimitedError(SourceUnavailableError):
    """A source wants fewer requests. `retry_after` is its wish in seconds, 0 when it named none."""

    def __init__(self, message: str, *, retry_after: float = 0.0) -> None:
        wait = f"wait {retry_after:.0f} s before asking again" if retry_after else "wait a minute before asking again"
        super().__init__(message, hint=wait)
        self.retry_after = retry_after


class SourceRefusedError(UnavailableError):
    """A source turned the request away for good, or what answered there is no Jikan."""


class RequestRejectedError(InvalidArgumentError):
    """A source found a parameter wrong (400). `messages` are its (parameter, text) pairs."""

    def __init__(self, message: str, messages: tuple[tuple[str, str], ...]) -> None:
        super().__init__(message)
        self.messages = messages


class UnknownToSourceError(NotFoundError):
    """A source does not have it. `probable` when it only failed in the way it fails on unknown ids."""

    def __init__(self, message: str, *, probable: bool = False, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.probable = probable


class BadResponseError(BadDataError):
    """An answer that is not what Jikan answers. `answer` holds its bytes, where they could be read whole."""

    def __init__(self, where: str, reason: str, response: RawResponse | None = None) -> None:
        super().__init__(f"{where}: {reason}", hint=_OTHER_SOURCE)
        self.where = where
        self.reason = reason
        self.response = response


class RequestCancelledError(CancelledError):
    """The caller no longer wants the answer."""

    def __init__(self) -> None:
        super().__init__("the request was cancelled")


@dataclass(frozen=True, slots=True)
class Fault:
    """A failed answer. `kind` and `message` are Jikan's own words, "" when the body is none of Jikan's."""

    status: int
    kind: str = ""
    message: str = ""
    messages: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        told = self.message or "; ".join(f"{name}: {text}" for name, text in self.messages)
        return f"{self.status} {self.kind}".rstrip() + (f" ({told})" if told else "")

    @property
    def retryable(self) -> bool:
        """Say whether the same request may succeed later."""
        return self.status in RETRYABLE

    @property
    def from_upstream(self) -> bool:
        """Say whether MyAnimeList failed behind the source: an unknown id looks like that too."""
        return self.status == 500 and self.kind == "UpstreamException"


def read_fault(status: int, body: bytes) -> Fault:
    """Classify a failed answer. The number in the body is not looked at: it is sometimes a string, sometimes wrong."""
    try:
        raw = json.loads(body) if body[:1] == b"{" and len(body) < 100_000 else None
    except (ValueError, RecursionError):
        raw = None
    if not isinstance(raw, dict):
        return Fault(status)
    return Fault(status, _text(raw.get("type")), _text(raw.get("message")), tuple(_messages(raw.get("messages"))))


def embedded_fault(raw: Mapping[str, object]) -> Fault | None:
    """Return the fault that an answer with status 200 carries in place of its data, if it does."""
    status = raw.get("status")
    number = int(status) if isinstance(status, int | str) and str(status).isdecimal() and len(str(status)) == 3 else 0
    return Fault(number, _text(raw.get("type")), _text(raw.get("message"))) if number >= 400 else None


def error_of(fault: Fault, where: str, *, tries: int = 1, of_id: bool = False, retry_after: float = 0.0) -> CatLogError:
    """Return the error to raise for a fault that will not be tried again.

    `of_id`: the request named one anime, so that a failure upstream probably means an unknown id.
    """
    if of_id and fault.from_upstream:
        hint = "the id is probably unknown; if you are sure of it, MyAnimeList may be down: try again later"
        return UnknownToSourceError(f"{where}: the source could not get it from MyAnimeList", probable=True, hint=hint)
    if fault.status == 429:
        return RateLimitedError(f"{where}: the source limits our requests", retry_after=retry_after)
    if fault.retryable:
        plain = f"{_host(where)} is out of order"
        return SourceUnavailableError(f"{where}: {fault} after {_tries(tries)}", hint=_OTHER_SOURCE, plain=plain)
    if fault.status == 400 and (fault.messages or fault.message):
        told = "; ".join(text for _, text in fault.messages) or fault.message
        return RequestRejectedError(f"{where}: the source rejects the request: {told}", fault.messages)
    if fault.status == 404 and fault.kind:
        return UnknownToSourceError(f"{where}: the source has no such thing")
    return SourceRefusedError(f"{where}: the source refuses with {fault}", hint=_refusal_hint(fault))


def no_connection(where: str, reason: str, tries: int) -> SourceUnavailableError:
    """Return the error for a source that could not be reached or did not answer whole."""
    plain = f"{_host(where)} does not answer"
    return SourceUnavailableError(f"{where}: {reason} after {_tries(tries)}", hint=_OTHER_SOURCE, plain=plain)


def user_message(problem: CatLogError) -> str:
    """Return what a person who looks something up is told: who is silent and the way out, not what the socket said."""
    words = problem.plain if isinstance(problem, SourceUnavailableError) else problem.message
    return f"{words}; {problem.hint}" if problem.hint else words


def _host(where: str) -> str:
    """Return the host of a place (see `answer.place`), without its port."""
    host = where.partition(" ")[0]
    return urlsplit(f"//{host}").hostname or host


def _tries(count: int) -> str:
    return "1 try" if count == 1 else f"{count} tries"


def _refusal_hint(fault: Fault) -> str:
    if fault.status == 404:
        return "it does not answer like Jikan: the base path (/v1 or /v4) is part of the URL in CATLOG_JIKAN_URLS"
    return _OTHER_SOURCE


def _text(value: object) -> str:
    return clean(value[: 2 * _MESSAGE_LIMIT], limit=_MESSAGE_LIMIT) if isinstance(value, str) else ""


def _messages(value: object) -> list[tuple[str, str]]:
    if not isinstance(value, dict):
        return []
    pairs = [(name, text) for name, texts in value.items() for text in (texts if isinstance(texts, list) else [texts])]
    return [(_text(name), _text(text)) for name, text in pairs[:20] if isinstance(text, str)]

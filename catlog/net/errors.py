"""What goes wrong between CatLog and any service on the network."""

from __future__ import annotations

from catlog.errors import BadDataError, CancelledError, CatLogError, UnavailableError
from catlog.net.response import RawResponse


class SourceUnavailableError(UnavailableError):
    """A source gave no response, or only failures, in all tries. `plain` says so without technical detail."""

    def __init__(self, message: str, *, hint: str = "", plain: str = "") -> None:
        super().__init__(message, hint=hint)
        self.plain = plain or message


class RequestNotSentError(SourceUnavailableError):
    """No request was sent, because of what the sources answered, or did not answer, before."""


class RateLimitedError(SourceUnavailableError):
    """A source wants fewer requests. `retry_after` is its Retry-After in seconds, 0 without one."""

    def __init__(self, message: str, *, retry_after: float = 0.0) -> None:
        wait = f"wait {retry_after:.0f} s before asking again" if retry_after else "wait a minute before asking again"
        super().__init__(message, hint=wait)
        self.retry_after = retry_after


class RequestCancelledError(CancelledError):
    """The caller no longer wants the response."""

    def __init__(self) -> None:
        super().__init__("the request was cancelled")


class NoReplyError(Exception):
    """The connection failed, or broke before the response was whole. The text says how, in plain words."""


class BadBodyError(BadDataError):
    """A body over its limits, cut short, or not strict JSON."""


class BadResponseError(BadDataError):
    """A response that is not what the service sends. `response` holds its bytes, where they could be read whole."""

    def __init__(self, where: str, reason: str, response: RawResponse | None = None, *, hint: str = "") -> None:
        super().__init__(f"{where}: {reason}", hint=hint)
        self.where = where
        self.reason = reason
        self.response = response


def user_message(problem: CatLogError) -> str:
    """Return an error for a user who looks a title up: the silent source and a hint, without socket errors."""
    text = problem.plain if isinstance(problem, SourceUnavailableError) else problem.message
    return f"{text}; {problem.hint}" if problem.hint else text

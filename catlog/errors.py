"""The error tree: every error has an exit code, a readable message and mostly a hint."""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar

from catlog.redaction import redact


class ExitCode(IntEnum):
    """The exit codes that scripts rely on (docs/cli.md lists them with their meaning)."""

    OK = 0
    CHECK_FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    NO_TERMINAL = 64
    BAD_DATA = 65
    UNAVAILABLE = 69
    BUG = 70
    BUSY = 75
    NOT_ALLOWED = 77
    CONFIG = 78
    INTERRUPTED = 130


class CatLogError(Exception):
    """An error that one line describes to the user; `hint` names the remedy, where there is one.

    Secrets of the settings are redacted in both (`catlog.redaction`), also where they quote another program.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.BUG

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(redact(message))
        self.message = redact(message)
        self.hint = redact(hint)

    @property
    def with_hint(self) -> str:
        """The message and the hint in one line."""
        return f"{self.message}: {self.hint}" if self.hint else self.message


class InvalidArgumentError(CatLogError):
    """An argument is outside what the operation accepts."""

    exit_code = ExitCode.USAGE


class NotFoundError(CatLogError):
    """The requested thing does not exist, or the words match several.

    With `near` the candidates do not match, but are what mistyped words may mean.
    """

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, message: str, *, hint: str = "", candidates: tuple[str, ...] = (), near: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.candidates = candidates
        self.near = near


class NeedsTerminalError(CatLogError):
    """The operation needs a terminal and there is none."""

    exit_code = ExitCode.NO_TERMINAL


class BadDataError(CatLogError):
    """A file or a response cannot be used; nothing was changed."""

    exit_code = ExitCode.BAD_DATA


class UnavailableError(CatLogError):
    """The data source or the database cannot be reached or written."""

    exit_code = ExitCode.UNAVAILABLE


class BusyError(CatLogError):
    """Another run holds the lock."""

    exit_code = ExitCode.BUSY


class NotAllowedError(CatLogError):
    """Nobody is signed in, or the user lacks the right."""

    exit_code = ExitCode.NOT_ALLOWED


class SessionEndedError(NotAllowedError):
    """Nobody is signed in, or the session has ended: signing in again helps."""


class ConfigError(CatLogError):
    """A setting is wrong; the message names the setting and where its value came from."""

    exit_code = ExitCode.CONFIG


class CancelledError(CatLogError):
    """The operation was cancelled; nothing was changed."""

    exit_code = ExitCode.INTERRUPTED

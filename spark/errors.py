"""Errors outside of jobs, each with the exit code that `catlog` uses for it too."""

from __future__ import annotations

BAD_DATA = 65
UNAVAILABLE = 69
NOT_ALLOWED = 77
CONFIG = 78


def how_to_add(extra: str) -> str:
    """Return how to add the packages of an extra to an installed CatLog."""
    return f"in the folder of CatLog's source: pipx install --force '.[{extra}]' (README.md, Install)"


class SparkError(Exception):
    """An error that ends a run; `code` is the exit code, `hint` says how to mend it."""

    def __init__(self, code: int, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

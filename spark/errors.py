"""What can go wrong outside a job: each fault has the exit code that `catlog` gives it too."""

from __future__ import annotations

BAD_DATA = 65
UNAVAILABLE = 69
NOT_ALLOWED = 77
CONFIG = 78


def how_to_add(extra: str) -> str:
    """Return how an installed CatLog gets the packages of one of its extras."""
    return f"in the folder of CatLog's source: pipx install --force '.[{extra}]' (README.md, Install)"


class SparkError(Exception):
    """A run cannot go on: `code` is the exit code, `hint` names the way out."""

    def __init__(self, code: int, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

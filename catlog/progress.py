"""How a service tells how far it is: a callable it is given, so that it prints nothing itself."""

from __future__ import annotations

from collections.abc import Callable

Report = Callable[[str, int, int | None], None]
"""`report(step, done, total)`; total None = not known."""


def silent(step: str, done: int, total: int | None) -> None:
    """Tell nobody."""

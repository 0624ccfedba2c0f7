"""Progress reports: services call a function they are given, so that they print nothing themselves."""

from __future__ import annotations

from collections.abc import Callable

Report = Callable[[str, int, int | None], None]
"""`report(step, done, total)`; `total` is None where unknown."""


def silent(step: str, done: int, total: int | None) -> None:
    """Discard a progress report."""

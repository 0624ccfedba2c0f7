"""The query of the screen For me."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catlog.recommendations.service import Recommended
    from catlog.tui.backend import Backend

MOST = 60
"""Titles recommended at once."""


def recommend(backend: Backend) -> tuple[Recommended, ...]:
    """Return recommendations, best first. Raises NotAllowedError when nobody is signed in."""
    return tuple(backend.recommender.recommend(backend.owner().user_id, MOST))

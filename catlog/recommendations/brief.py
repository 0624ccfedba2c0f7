"""The reason for a recommendation in a few words, for places without room for the whole one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catlog.catalogue.vocabulary import GENRES

if TYPE_CHECKING:
    from catlog.recommendations.service import Recommended


def brief_reason(recommended: Recommended) -> str:
    """Return the strongest reason: follows Monster; mystery, as Monster, your 9; liked by many."""
    if recommended.follows:
        return f"follows {recommended.follows[-1]}"
    if recommended.because:
        seed = recommended.because[0]
        shared = recommended.shared[0] if recommended.shared else ""
        rating = f", your {seed.rating}" if seed.rating else ""
        return f"{_spoken(shared)}, as {seed.title}{rating}" if shared else f"like {seed.title}{rating}"
    if recommended.instead_of is not None:
        return f"comes before {recommended.instead_of}"
    return "liked by many"


def _spoken(name: str) -> str:
    """Return a genre in small letters, and the name of a studio as it is."""
    return name.lower() if name in GENRES and not name.isupper() else name

"""The query of the screen For me."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catlog.catalogue.covers import cover_addresses
from catlog.recommendations.brief import brief_reason

if TYPE_CHECKING:
    from catlog.catalogue.search import Title
    from catlog.recommendations.service import Recommended
    from catlog.tui.backend import Backend

MOST = 60
"""Titles recommended at once."""


@dataclass(frozen=True, slots=True)
class ForMe:
    """A recommended title with its cover; `brief` is the reason in few words, `reason` the whole one."""

    title: Title
    brief: str
    reason: str
    image_url: str | None


def recommend(backend: Backend) -> tuple[ForMe, ...]:
    """Return recommendations, best first. Raises NotAllowedError when nobody is signed in."""
    found: list[Recommended] = backend.recommender.recommend(backend.owner().user_id, MOST)
    with backend.database.read() as session:
        covers = cover_addresses(session, [each.title.mal_id for each in found])
    return tuple(ForMe(each.title, brief_reason(each), each.reason, covers.get(each.title.mal_id)) for each in found)

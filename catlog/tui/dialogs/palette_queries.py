"""Queries of the command palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catlog.catalogue.search import SearchQuery
from catlog.saved_views import SavedViews

if TYPE_CHECKING:
    from catlog.catalogue.search import Title
    from catlog.tui.backend import Backend

MOST_TITLES = 8
"""Titles that the palette lists."""

MOST_COUNTED = 60
"""Entries whose uses are counted: the ones used last."""


def find_titles(backend: Backend, words: str) -> tuple[tuple[Title, ...], str]:
    """Return the titles of the catalogue that match the words, best first, and which words they have if not all."""
    user = backend.viewer.user_id if backend.viewer else None
    query = backend.catalogue.normalized(SearchQuery(words, user_id=user))
    found = backend.catalogue.search(query)
    return tuple(backend.catalogue.titles(found.ids[:MOST_TITLES], user)), found.only_some


def count_use(backend: Backend, user: str, name: str) -> None:
    """Count one use of an entry. Raises what `SavedViews` does."""
    views = SavedViews(backend.settings.paths.state, user)
    before = views.all("palette").get(name, {}).get("uses", "0")
    uses = int(before) + 1 if before.isdecimal() and len(before) < 9 else 1
    views.save_recent("palette", name, {"uses": str(uses)}, most=MOST_COUNTED)

"""A cache of the last search result in a small file, so that its next pages come from the same list.

Between two commands the catalogue may change: pages of a repeated search could then repeat or skip titles.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from catlog.atomic_files import MALFORMED, write_private
from catlog.catalogue.search import SearchQuery, SearchResult
from catlog.config import Settings, database_identity
from catlog.errors import UnavailableError
from catlog.ownership import read_own

MAX_AGE = timedelta(hours=1)
"""The age up to which a result is paged through."""

_MOST = 100_000


@dataclass(frozen=True, slots=True)
class CachedResult:
    """A result, and the titles that only a source found, by the page they were shown on."""

    result: SearchResult
    source_ids: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    def shown_before(self, page: int) -> set[int]:
        """Return the source's titles on earlier pages."""
        return {mal_id for number, ids in self.source_ids.items() if number < page for mal_id in ids}


def store(settings: Settings, query: SearchQuery, cached: CachedResult, *, now: datetime) -> None:
    """Store the result in place of the one before; failing to is no error."""
    result = cached.result
    content = {
        "question": _digest(settings, query),
        "asked": now.isoformat(),
        "mistyped": result.mistyped,
        "taken": result.taken,
        "ids": result.ids[:_MOST],
        "told": {str(number): ids for number, ids in cached.source_ids.items()},
    }
    with suppress(UnavailableError):
        write_private(_file(settings), json.dumps(content).encode())


def load(settings: Settings, query: SearchQuery, *, now: datetime) -> CachedResult | None:
    """Return the cached result of the same query, or None where there is none or it is too old."""
    try:
        content = json.loads(read_own(_file(settings)))
        stored_at = datetime.fromisoformat(content["asked"])
        if content["question"] == _digest(settings, query) and timedelta(0) <= now - stored_at <= MAX_AGE:
            source_ids = {int(number): tuple(map(int, ids)) for number, ids in content["told"].items()}
            result = SearchResult(
                tuple(map(int, content["ids"])),
                mistyped=bool(content["mistyped"]),
                taken=tuple(map(str, content["taken"])),
            )
            return CachedResult(result, source_ids)
    except (OSError, *MALFORMED):
        pass
    return None


def _digest(settings: Settings, query: SearchQuery) -> str:
    return hashlib.sha256(f"{database_identity(settings.database_url)}\0{query!r}".encode()).hexdigest()


def _file(settings: Settings) -> Path:
    return settings.paths.cache / "last-search.json"

"""The answer of the last search in a small file, so that the next page of it is cut from the same list.

Between two commands the catalogue may change. Pages of an answer that is worked out anew each time would then repeat
titles or skip them; these do not.
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
"""How long an answer is paged through before it is worked out anew."""

_MOST = 100_000


@dataclass(frozen=True, slots=True)
class CachedResult:
    """An answer, and the titles that only a source found, by the page they were shown on."""

    result: SearchResult
    source_ids: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    def shown_before(self, page: int) -> set[int]:
        """Return the source's titles on earlier pages."""
        return {mal_id for number, ids in self.source_ids.items() if number < page for mal_id in ids}


def store(settings: Settings, query: SearchQuery, cached: CachedResult, *, now: datetime) -> None:
    """Keep the answer in place of the one before; not being able to is no fault."""
    found = cached.result
    content = {
        "question": _digest(settings, query),
        "asked": now.isoformat(),
        "mistyped": found.mistyped,
        "ids": found.ids[:_MOST],
        "told": {str(number): ids for number, ids in cached.source_ids.items()},
    }
    with suppress(UnavailableError):
        write_private(_file(settings), json.dumps(content).encode())


def load(settings: Settings, query: SearchQuery, *, now: datetime) -> CachedResult | None:
    """Return the answer to the same question, or None where another one or none is kept, or it is too old."""
    try:
        content = json.loads(read_own(_file(settings)))
        asked = datetime.fromisoformat(content["asked"])
        if content["question"] == _digest(settings, query) and timedelta(0) <= now - asked <= MAX_AGE:
            told = {int(number): tuple(map(int, ids)) for number, ids in content["told"].items()}
            return CachedResult(SearchResult(tuple(map(int, content["ids"])), bool(content["mistyped"])), told)
    except (OSError, *MALFORMED):
        pass
    return None


def _digest(settings: Settings, question: SearchQuery) -> str:
    return hashlib.sha256(f"{database_identity(settings.database_url)}\0{question!r}".encode()).hexdigest()


def _file(settings: Settings) -> Path:
    return settings.paths.cache / "last-search.json"

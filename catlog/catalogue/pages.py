"""The answer of the last search in a small file, so that the next page of it is cut from the same list.

Between two commands the catalogue may change. Pages of an answer that is worked out anew each time would then repeat
titles or skip them; these do not.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from catlog.catalogue.search import Found, Question
from catlog.config import Settings, mask_password
from catlog.errors import UnavailableError
from catlog.files import write_private

COUNTS_FOR = timedelta(hours=1)
"""How long an answer is paged through before it is worked out anew."""

_MOST = 100_000


def keep(settings: Settings, question: Question, found: Found, *, now: datetime) -> None:
    """Keep the answer in place of the one before; not being able to is no fault."""
    content = {
        "question": _digest(settings, question),
        "asked": now.isoformat(),
        "mistyped": found.mistyped,
        "ids": found.ids[:_MOST],
    }
    with suppress(UnavailableError):
        write_private(_file(settings), json.dumps(content).encode())


def kept(settings: Settings, question: Question, *, now: datetime) -> Found | None:
    """Return the answer to the same question, or None where another one or none is kept, or it is too old."""
    try:
        content = json.loads(_file(settings).read_bytes())
        asked = datetime.fromisoformat(content["asked"])
        if content["question"] == _digest(settings, question) and timedelta(0) <= now - asked <= COUNTS_FOR:
            return Found(tuple(map(int, content["ids"])), bool(content["mistyped"]))
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return None


def _digest(settings: Settings, question: Question) -> str:
    return hashlib.sha256(f"{mask_password(settings.database_url)}\0{question!r}".encode()).hexdigest()


def _file(settings: Settings) -> Path:
    return settings.paths.cache / "last-search.json"

"""Raw pages to verdicts: each entry is accepted, a repeat of one seen before, or rejected with a reason.

Pure: the same pages always give the same verdicts, so a run can be rebuilt from its stored pages.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from catlog.jikan.body import parse_json
from catlog.jikan.fields import RejectedRecordError
from catlog.jikan.schema import AnimeRecord, parse_anime, parse_page
from catlog.text import clean

DEGRADED_REJECTS = 0.01
"""Above this share of rejected entries a run is degraded."""

DEGRADED_FIELD = 0.20
"""Above this share of entries without an expected field the run is degraded: the source has changed."""

STOPPED_REJECTS = 0.20
"""Above this share of rejected entries nothing is loaded."""

EXPECTED_FIELDS = ("type", "episodes", "status", "score", "scored_by", "rank", "members", "popularity", "genres")
"""Fields every entry of the source has, if only as null."""

EXCERPT_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Reject:
    """One entry that was not accepted: where it stood, why, and its beginning. `page` and `position` start at 1."""

    page: int
    position: int
    mal_id: int | None
    reason: str
    sha256: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What a set of pages held: accepted + duplicates + rejects = received. Records keep the order of the pages."""

    received: int
    accepted: tuple[AnimeRecord, ...]
    duplicates: tuple[int, ...]
    rejects: tuple[Reject, ...]
    warnings: tuple[str, ...]

    @property
    def rejected_share(self) -> float:
        """The share of entries rejected, 0 to 1."""
        return len(self.rejects) / self.received if self.received else 0.0

    @property
    def degraded(self) -> bool:
        """Whether the day may be shown only with a warning."""
        return bool(self.warnings)

    @property
    def unusable(self) -> bool:
        """Whether so much was rejected that the last good day must not be touched."""
        return self.rejected_share > STOPPED_REJECTS


def judge(pages: Iterable[tuple[int, bytes]], *, host: str) -> Verdicts:
    """Judge every entry of `pages`, pairs of page number and JSON bytes in order.

    Raises BadDataError naming `host` and the page when a page is not an answer with a list of entries.
    """
    accepted: dict[int, AnimeRecord] = {}
    duplicates: list[int] = []
    rejects: list[Reject] = []
    missing: Counter[str] = Counter()
    received = 0
    ended_early = ""
    for number, body in pages:
        where = f"{host}, page {number}"
        page = parse_page(parse_json(body, where), where)
        if not page.entries and page.has_next_page:
            ended_early = f"page {number} came empty, although the source says that there is more"
        for position, entry in enumerate(page.entries, start=1):
            received += 1
            try:
                record = parse_anime(entry)
            except RejectedRecordError as problem:
                rejects.append(_reject(number, position, entry, problem))
                continue
            missing.update(name for name in EXPECTED_FIELDS if f"{name}: missing" in record.notes)
            if record.mal_id in accepted:
                duplicates.append(record.mal_id)
            else:
                accepted[record.mal_id] = record
    warnings = _warnings(received, len(rejects), missing, ended_early)
    return Verdicts(received, tuple(accepted.values()), tuple(duplicates), tuple(rejects), warnings)


def _warnings(received: int, rejected: int, missing: Counter[str], ended_early: str) -> tuple[str, ...]:
    warnings = [ended_early] if ended_early else []
    if received and rejected / received > DEGRADED_REJECTS:
        warnings.append(f"{rejected} of {received} entries were rejected")
    for name, count in sorted(missing.items()):
        if count / received > DEGRADED_FIELD:
            warnings.append(f"the field {name} is gone from {count} of {received} entries")
    return tuple(warnings)


def _reject(page: int, position: int, entry: object, problem: RejectedRecordError) -> Reject:
    text = json.dumps(entry, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return Reject(page, position, problem.mal_id, clean(problem.reason), digest, clean(text, limit=EXCERPT_LENGTH))

"""Validation of raw pages: each entry is accepted, a duplicate of an earlier one, or rejected with a reason.

Pure: the same pages always give the same result, so a run can be rebuilt from its stored pages.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from catlog.etl.sources import RankingSource
from catlog.jikan.fields import RejectedRecordError
from catlog.jikan.schema import AnimeRecord
from catlog.text import clean

DEGRADED_REJECTS = 0.01
"""Above this share of entries that were rejected or lack a required field a run is degraded."""

DEGRADED_REPEATS, REPEATS_BY_NATURE = 0.02, 2
"""Above this share, and this number, of duplicates a run is degraded: complete recorded top lists of MyAnimeList
repeat one entry in 50 and two in 250."""

DEGRADED_FIELD = 0.20
"""Above this share of entries without an expected field a run is degraded: the source has changed."""

STOPPED_REJECTS = 0.20
"""Above this share of entries that are rejected, duplicates or without a required field nothing is loaded."""

REQUIRED_WITHIN = 10_000
"""Required fields are counted among this many first entries.

Entries further down lack them by nature: of 30,000 recorded titles all have a score up to place 15,064 and a rank up to
place 22,655, and then fewer and fewer.
"""

NEVER_RANKED = ("Music", "PV", "CM")
"""The types that MyAnimeList does not rank, whatever their score; it does not rank adult titles either."""

EXCERPT_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Reject:
    """One rejected entry: its place, the reason, and its beginning. `page` and `position` start at 1."""

    page: int
    position: int
    mal_id: int | None
    reason: str
    sha256: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """The entries of some pages: accepted + duplicates + rejects = received. Records are in the order of the pages.

    `missing` counts, by required field, the entries among the first `REQUIRED_WITHIN` that do not have it.
    """

    received: int
    accepted: tuple[AnimeRecord, ...]
    duplicates: tuple[int, ...]
    rejects: tuple[Reject, ...]
    warnings: tuple[str, ...]
    missing: Mapping[str, int]

    @property
    def degraded(self) -> bool:
        """Whether the day may be shown only with a warning."""
        return bool(self.warnings)

    @property
    def problems(self) -> tuple[str, ...]:
        """The faults of more than `STOPPED_REJECTS` of the entries, each with its figure.

        With any of them, the last good day must not be changed.
        """
        return tuple(
            f"{count} of {of} entries {what}"
            for count, of, what in (
                (len(self.rejects), self.received, "cannot be used"),
                (len(self.duplicates), self.received, "came more than once"),
                *((count, _required_of(self.received), f"have no {name}") for name, count in self.missing.items()),
            )
            if count > STOPPED_REJECTS * of
        )


def validate(pages: Iterable[tuple[int, bytes]], source: RankingSource, *, host: str) -> ValidationResult:
    """Validate every entry of `pages`, pairs of page number and bytes in order.

    An entry without one of the source's required fields, or with 0 there, is accepted and counted as missing it.
    Raises BadDataError, which names `host` and the page, for a page that cannot be parsed.
    """
    accepted: dict[int, AnimeRecord] = {}
    duplicates: list[int] = []
    rejects: list[Reject] = []
    gone: Counter[str] = Counter()
    missing = Counter(dict.fromkeys(source.required, 0))
    received = 0
    too_short: list[str] = []
    for number, body in pages:
        where = f"{host}, page {number}"
        page = source.parse_page(body, where)
        if not page.entries and page.has_next_page:
            too_short.append(f"page {number} came empty, although the source says that there is more")
        elif len(page.entries) < source.page_size and page.has_next_page:
            too_short.append(f"page {number} has only {len(page.entries)} entries, although there is more after it")
        for position, entry in enumerate(page.entries, start=1):
            received += 1
            try:
                record = source.parse_entry(entry)
            except RejectedRecordError as problem:
                rejects.append(_reject(number, position, entry, problem))
                continue
            gone.update(name for name in source.expected if f"{name}: missing" in record.notes)
            if received <= REQUIRED_WITHIN:
                missing.update(name for name in source.required if _lacks(record, name))
            if record.mal_id in accepted:
                duplicates.append(record.mal_id)
            else:
                accepted[record.mal_id] = record
    warnings = *too_short, *_warnings(received, len(rejects), len(duplicates), gone, missing)
    return ValidationResult(received, tuple(accepted.values()), tuple(duplicates), tuple(rejects), warnings, missing)


def _warnings(received: int, rejected: int, repeated: int, gone: Counter[str], missing: Counter[str]) -> Iterator[str]:
    if received and rejected / received > DEGRADED_REJECTS:
        yield f"{rejected} of {received} entries were rejected"
    if repeated > max(REPEATS_BY_NATURE, DEGRADED_REPEATS * received):
        yield f"{repeated} of {received} entries came more than once"
    for name, count in sorted(gone.items()):
        if count / received > DEGRADED_FIELD:
            yield f"the field {name} is gone from {count} of {received} entries"
    for name, count in missing.items():
        if count > DEGRADED_REJECTS * _required_of(received):
            yield f"{count} of {_required_of(received)} entries have no {name}"


def _lacks(record: AnimeRecord, name: str) -> bool:
    if getattr(record, name) is not None:
        return False
    is_adult = record.rating is not None and record.rating.startswith("Rx")
    return not (name == "rank" and (is_adult or record.type in NEVER_RANKED))


def _required_of(received: int) -> int:
    return min(received, REQUIRED_WITHIN)


def _reject(page: int, position: int, entry: object, problem: RejectedRecordError) -> Reject:
    text = json.dumps(entry, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return Reject(page, position, problem.mal_id, clean(problem.reason), digest, clean(text, limit=EXCERPT_LENGTH))

"""Changes of entries in words, for the command line, the history and the app's messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from catlog.library.entries import WATCHED_ON, Status
from catlog.library.steps import Change

_LABELS = {
    "status": "status",
    "rating": "rating",
    "score100": "score of 100",
    "notes": "notes",
    "tags": "tags",
    "favorite": "favourite",
    "episodesWatched": "episodes",
    "startDate": "started",
    "finishDate": "finished",
    "rewatching": "rewatching",
    "rewatchCount": "rewatches",
    "episodeOffset": "episode offset",
    "extra": "other fields",
    WATCHED_ON: "watched on",
}
_ENTRY_FIELDS = (
    *("episodesWatched", "rating", "favorite", "tags", "notes", "startDate", "finishDate", "rewatchCount"),
    "episodeOffset",
)
_NOTE_SHOWN = 40


def describe_sides(
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    *,
    episodes: int | None = None,
    arrow: str = "→",
) -> str:
    """Describe one logged change: `status Plan to Watch → Watching, episodes 0/26 → 1/26`.

    `episodes` is the title's number of episodes, shown after those watched.
    """
    if before is None and after is None:
        return "nothing"
    if before is None or after is None:
        return f"{'added as' if before is None else 'removed, was'} {_entry(after or before or {}, episodes)}"
    named = [name for name in _LABELS if name in after and before.get(name) != after[name]]
    both = [
        (_LABELS[name], _value(name, before.get(name), episodes), _value(name, after[name], episodes))
        for name in named
        if name != WATCHED_ON or WATCHED_ON in before
    ]
    said = [f"{label} {old} {arrow} {new}" for label, old, new in both]
    if WATCHED_ON in after and WATCHED_ON not in before:
        said.append(f"watched on {after[WATCHED_ON]}")
    return ", ".join(said)


def describe_change(change: Change, *, arrow: str = "→") -> str:
    """Describe one change."""
    return describe_sides(*change.sides, episodes=change.episodes, arrow=arrow)


def combine_by_title(changes: Sequence[Change]) -> list[Change]:
    """Merge the changes of each title into one, from its first state to its last, in the order of the edits."""
    whole: dict[int, Change] = {}
    for one in changes:
        change = one
        first = whole.get(change.mal_id)
        if first is not None:
            facts = {**change.facts[0], **first.facts[0]}, {**first.facts[1], **change.facts[1]}
            change = replace(change, before=first.before, action=first.action, facts=facts)
        whole[change.mal_id] = change
    return list(whole.values())


def signed_offset(offset: int) -> str:
    """Return an offset of episodes with its sign: -1, 0, +12."""
    return f"{offset:+d}" if offset else "0"


def _entry(side: Mapping[str, Any], episodes: int | None) -> str:
    status = _value("status", side.get("status"), episodes)
    parts = [f"{_LABELS[name]} {_value(name, side[name], episodes)}" for name in _ENTRY_FIELDS if side.get(name)]
    return f"{status} ({', '.join(parts)})" if parts else status


def _value(name: str, value: Any, episodes: int | None) -> str:  # noqa: ANN401 - any field
    if name == "status":
        return Status(value).words
    if name == "episodesWatched":
        return f"{value}/{episodes}" if episodes else str(value)
    if name == "episodeOffset":
        return signed_offset(value or 0)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value in ("", [], {}):
        return "none"
    if isinstance(value, list):
        return " ".join(f"#{item}" for item in value)
    if isinstance(value, Mapping):
        return ", ".join(sorted(value))
    text = " ".join(str(value).split())
    return repr(text if len(text) <= _NOTE_SHOWN else text[: _NOTE_SHOWN - 3] + "...") if name == "notes" else text

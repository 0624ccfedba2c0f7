"""The progress and the result of a run that completes a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CompletionProgress:
    """The progress of a run: `done` of `titles` are settled, `requests` were sent.

    `requests_left` and `seconds_left` are what is expected, `doing` names the current request.
    """

    titles: int
    done: int
    requests: int
    requests_left: int
    seconds_left: float
    doing: str


@dataclass(frozen=True, slots=True)
class FailedTitle:
    """A title that the source does not know, or about which its answer was unusable."""

    mal_id: int
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Completion:
    """The result of a run for `titles` that lacked something; `run_id` is "" where there were none.

    `completed` lack nothing now, `partly` lack what the source lacks, too; `left` were not reached. `requests` counts
    all that were sent, `pages` those for pages of popular titles. `stopped` says why a run ended early.
    """

    run_id: str
    host: str | None
    titles: int
    completed: int
    partly: int
    failed: tuple[FailedTitle, ...]
    left: int
    requests: int
    pages: int
    seconds: float
    stopped: str = ""


Tell = Callable[[CompletionProgress], None]


def ignore(_progress: CompletionProgress) -> None:
    """Discard the progress."""

"""The progress and the result of a run that completes a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from catlog.text import counted

_MINUTES = 2
"""Minutes below which a time is given in seconds."""


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

    @property
    def summary(self) -> str:
        """The result in one line."""
        if not self.titles:
            return "nothing to complete"
        parts = [f"{self.completed:,} of {counted(self.titles, 'title')} completed"]
        if self.partly:
            parts.append(f"{self.partly:,} as far as the source goes")
        if self.failed:
            parts.append(f"{len(self.failed):,} failed")
        if self.left:
            parts.append(f"{self.left:,} left")
        seconds = max(1, round(self.seconds))
        took = f"{seconds} s" if seconds < _MINUTES * 60 else f"{seconds / 60:.0f} min"
        return f"{', '.join(parts)}; {counted(self.requests, 'request')} in {took}"


Tell = Callable[[CompletionProgress], None]


def ignore(_progress: CompletionProgress) -> None:
    """Discard the progress."""

"""The progress of an operation: its reported steps, each with its rate and the time left."""

from __future__ import annotations

from dataclasses import dataclass, replace

_MIN_RATE_SECONDS = 1.0
"""Seconds after which a rate is meaningful."""


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """A step. `done` of `total` (None where unknown), of which `first` at its beginning; times are monotonic, in s.

    `ended` is None while the step is under way. `told_left` are the seconds that the work itself expected at the last
    report; None where it leaves that to the rate.
    """

    name: str
    done: int
    total: int | None
    first: int
    began: float
    reported_at: float
    ended: float | None = None
    told_left: float | None = None

    @property
    def rate(self) -> float | None:
        """Items per second up to the last report; None while unknown."""
        took = self.reported_at - self.began
        return (self.done - self.first) / took if took > 0 and self.done > self.first else None

    def left(self, now: float) -> float | None:
        """Return the seconds left, as the work expects or at that rate; None while unknown."""
        if self.told_left is not None and self.ended is None:
            return max(0.0, self.told_left - (now - self.reported_at))
        if (
            self.ended is not None
            or self.total is None
            or self.rate is None
            or self.reported_at - self.began < _MIN_RATE_SECONDS
        ):
            return None
        return max(0.0, (self.total - self.done) / self.rate - (now - self.reported_at))

    def took(self, now: float) -> float:
        """Return the seconds it has taken so far, or took in all."""
        return (now if self.ended is None else self.ended) - self.began


def reported(
    steps: tuple[ProgressStep, ...], words: str, done: int, total: int | None, now: float
) -> tuple[ProgressStep, ...]:
    """Return the steps after a report: the last step goes on, or ends as a new one begins."""
    if steps and steps[-1].name == words:
        return (*steps[:-1], replace(steps[-1], done=done, total=total, reported_at=now))
    return (*ended(steps, now), ProgressStep(words, done, total, done, now, now))


def expected(steps: tuple[ProgressStep, ...], left: float) -> tuple[ProgressStep, ...]:
    """Return the steps with the seconds that the work expects for the rest of the last one."""
    return (*steps[:-1], replace(steps[-1], told_left=left)) if steps else steps


def ended(steps: tuple[ProgressStep, ...], now: float) -> tuple[ProgressStep, ...]:
    """Return the steps with the last one ended."""
    if not steps or steps[-1].ended is not None:
        return steps
    return (*steps[:-1], replace(steps[-1], ended=now))

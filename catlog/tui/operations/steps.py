"""How far an operation is: its steps as they were reported, each with its rate and the time it will still take."""

from __future__ import annotations

from dataclasses import dataclass, replace

_SURE_AFTER = 1.0
"""Seconds after which a rate means something."""


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """One step in words. `done` of `total` (None where unknown), `first` when it was begun; times are monotonic, in s.

    `ended` is None while the step is under way.
    """

    words: str
    done: int
    total: int | None
    first: int
    began: float
    told: float
    ended: float | None = None

    @property
    def rate(self) -> float | None:
        """What was done per second, up to the last report; None while that cannot be said."""
        took = self.told - self.began
        return (self.done - self.first) / took if took > 0 and self.done > self.first else None

    def left(self, now: float) -> float | None:
        """Return the seconds it will still take at that rate; None while that cannot be said."""
        if self.ended is not None or self.total is None or self.rate is None or self.told - self.began < _SURE_AFTER:
            return None
        return max(0.0, (self.total - self.done) / self.rate - (now - self.told))

    def took(self, now: float) -> float:
        """Return the seconds it has taken so far, or took in all."""
        return (now if self.ended is None else self.ended) - self.began


def reported(
    steps: tuple[ProgressStep, ...], words: str, done: int, total: int | None, now: float
) -> tuple[ProgressStep, ...]:
    """Return the steps after a report: the last one went on, or ended as another one began."""
    if steps and steps[-1].words == words:
        return (*steps[:-1], replace(steps[-1], done=done, total=total, told=now))
    return (*ended(steps, now), ProgressStep(words, done, total, done, now, now))


def ended(steps: tuple[ProgressStep, ...], now: float) -> tuple[ProgressStep, ...]:
    """Return the steps with the last one ended."""
    if not steps or steps[-1].ended is not None:
        return steps
    return (*steps[:-1], replace(steps[-1], ended=now))

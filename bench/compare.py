"""Comparing: the sides take turns in one run, so that a busy moment of the machine hits them alike; medians decide."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass

OURS = "CatLog"

Measure = Callable[[], float]
"""Do it once and return what it took, in seconds."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The times of each side, in seconds, CatLog's under `OURS`; `goal` is the largest ratio to `floor` wanted."""

    what: str
    times: Mapping[str, list[float]]
    floor: str
    goal: float

    @property
    def ratio(self) -> float:
        """Median to median."""
        return statistics.median(self.times[OURS]) / statistics.median(self.times[self.floor])

    def line(self) -> str:
        """Return the medians, the ratio and the goal, as one line under `HEADING`."""
        ours, floor = (statistics.median(self.times[side]) for side in (OURS, self.floor))
        verdict = "met" if self.ratio <= self.goal else "MISSED"
        medians = f"{_shown(ours)} {_shown(floor)} {self.ratio:7.2f} {self.goal:7.2f}  {verdict:7}"
        return f"{self.what:42} {medians} {self.floor}"


HEADING = f"{'median':42} {OURS:>9} {'rival':>9} {'ratio':>7} {'goal':>7}  {'':7} rival"


def compare(what: str, sides: Mapping[str, Measure], *, floor: str, goal: float, rounds: int) -> Comparison:
    """Measure every side `rounds` times, in turn; `floor` names the side that CatLog is held against."""
    times: dict[str, list[float]] = {side: [] for side in sides}
    for turn in range(rounds):
        for side in list(sides)[:: -1 if turn % 2 else 1]:
            times[side].append(sides[side]())
    return Comparison(what, times, floor, goal)


def _shown(seconds: float) -> str:
    return f"{seconds * 1000:6.0f} ms" if seconds < 2 else f"{seconds:7.2f} s"

"""A clock for tests that only waiting moves."""

from dataclasses import dataclass, field

from catlog.net.backoff import Backoff, Cancel


@dataclass
class VirtualTime:
    """A clock that only waiting moves; jitter is always its cap, so every wait can be predicted."""

    now: float = 1_000.0
    waits: list[float] = field(default_factory=list)

    def pause(self, seconds: float, cancel: Cancel) -> None:
        self.waits.append(seconds)
        self.now += seconds

    @property
    def backoff(self) -> Backoff:
        return Backoff(monotonic=lambda: self.now, pause=self.pause, jitter=lambda cap: cap)

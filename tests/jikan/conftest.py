"""Fixtures for the client: a time in which nobody waits, and clients that talk to a stand-in over real HTTP."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from catlog.jikan.client import JikanClient
from catlog.net.backoff import Backoff, Cancel
from catlog.net.transport import Timeouts
from tests.support.jikan import JikanStandIn

ClientFactory = Callable[..., JikanClient]


@dataclass
class VirtualTime:
    """A clock that only waiting moves; it jitters to the very cap, so that every wait can be foretold."""

    now: float = 1_000.0
    waits: list[float] = field(default_factory=list)

    def pause(self, seconds: float, cancel: Cancel) -> None:
        self.waits.append(seconds)
        self.now += seconds

    @property
    def pace(self) -> Backoff:
        return Backoff(monotonic=lambda: self.now, pause=self.pause, jitter=lambda cap: cap)


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture
def client_of(tmp_path: Path, time: VirtualTime) -> Iterator[ClientFactory]:
    """Make clients with one common state folder, in virtual time, that are closed in the end."""
    made: list[JikanClient] = []

    def make(
        *urls: str,
        rate: float = 1000.0,
        backoff: float = 1.0,
        pace: Backoff | None = None,
        timeouts: Timeouts | None = None,
    ) -> JikanClient:
        state = tmp_path / "state"
        made.append(JikanClient(urls, state, rate=rate, backoff=backoff, pace=pace or time.pace, timeouts=timeouts))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def jikan() -> Iterator[JikanStandIn]:
    with JikanStandIn(size=60) as server:
        yield server


@pytest.fixture
def other() -> Iterator[JikanStandIn]:
    with JikanStandIn(size=60, seed=2) as server:
        yield server

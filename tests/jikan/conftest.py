"""Fixtures for the client: a time in which nobody waits, and clients that talk to a stand-in over real HTTP."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from catlog.jikan.client import JikanClient
from catlog.net.backoff import Backoff
from catlog.net.service import Timeouts
from tests.support.jikan import JikanStandIn
from tests.support.virtual_time import VirtualTime

ClientFactory = Callable[..., JikanClient]


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
        first_wait: float = 1.0,
        backoff: Backoff | None = None,
        timeouts: Timeouts | None = None,
    ) -> JikanClient:
        state = tmp_path / "state"
        client = JikanClient(
            urls, state, rate=rate, first_wait=first_wait, backoff=backoff or time.backoff, timeouts=timeouts
        )
        made.append(client)
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

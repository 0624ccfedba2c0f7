"""A library with a source beside it."""

from collections.abc import Iterator

import pytest

from catlog.config import Settings
from tests.support.jikan import JikanStandIn
from tests.tui.sources import with_source, without_source


@pytest.fixture
def jikan() -> Iterator[JikanStandIn]:
    with JikanStandIn(size=200) as server:
        yield server


@pytest.fixture
def sourced(library: Settings, jikan: JikanStandIn) -> Settings:
    return with_source(library, jikan.url)


@pytest.fixture
def offline(library: Settings) -> Settings:
    return without_source(library)


@pytest.fixture(autouse=True)
def _asked_only_on_purpose(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody ask the source because time has passed: how much that is depends on the machine."""
    monkeypatch.setattr("catlog.tui.screens.search.source_search.TYPING_PAUSE", 3600.0)
    monkeypatch.setattr("catlog.tui.screens.seasons.screen.REFRESH_DELAY", 3600.0)

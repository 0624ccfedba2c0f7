"""Libraries of the tests that have a source: a stand-in on loopback, or one that is dead. Posters stay off."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from catlog.catalogue.source import CatalogueSource
from catlog.config import Settings
from catlog.tui.app import CatLogApp
from tests.jikan.conftest import VirtualTime
from tests.support.jikan import JikanStandIn


def with_source(library: Settings, url: str) -> Settings:
    """Return settings that ask this source, and ask it as often as they like."""
    return replace(library, jikan_urls=(url,), jikan_rate=1000.0, jikan_backoff=0.0, posters="off")


def without_source(library: Settings) -> Settings:
    """Return settings whose source refuses every connection."""
    with JikanStandIn(size=1) as gone:
        url = gone.url
    return with_source(library, url)


@contextmanager
def virtual_time(app: CatLogApp) -> Iterator[VirtualTime]:
    """Let the waits for the source take no time."""
    time = VirtualTime()
    app.store.services._source = CatalogueSource(app.settings, pace=time.pace)
    yield time

"""Libraries of the tests that have a source: a stand-in on loopback, or one that is dead. Posters stay off."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from catlog.catalogue.source import CatalogueSource
from catlog.config import Settings
from catlog.jikan.client import JikanClient
from catlog.tui.app import CatLogApp
from tests.support.virtual_time import VirtualTime


def with_source(library: Settings, url: str) -> Settings:
    """Return settings that ask this source, and ask it as often as they like."""
    return replace(library, jikan_urls=(url,), jikan_rate=1000.0, jikan_backoff=0.0, posters="off")


def without_source(library: Settings) -> Settings:
    """Return settings whose source refuses every connection: nothing listens on that port of loopback."""
    return with_source(library, "http://127.0.0.1:9/v4")


@contextmanager
def virtual_time(app: CatLogApp) -> Iterator[VirtualTime]:
    """Let the waits for the source take no time."""
    time, settings = VirtualTime(), app.settings
    source = app.pool.backend._source = CatalogueSource(settings, backoff=time.backoff)
    source.client = JikanClient(
        settings.jikan_urls, settings.paths.state, rate=1000, first_wait=0, backoff=time.backoff
    )
    yield time

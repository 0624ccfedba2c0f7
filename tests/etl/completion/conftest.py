"""A list as an import leaves it, and a stand-in source with the facts that it lacks."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catlog import clock
from catlog.accounts.sessions import SignedIn
from catlog.catalogue.store import add_titles
from catlog.config import Settings, load_settings
from catlog.db.session import Database
from catlog.jikan.client import JikanClient
from catlog.library.edits import Add, Edit
from catlog.library.entries import Origin, Status
from catlog.library.writer import EditRequest, edit_all
from tests.library.people import new_owner
from tests.support.jikan import JikanStandIn
from tests.support.virtual_time import VirtualTime

NOW = datetime(2026, 5, 11, 8, tzinfo=UTC)

Fill = Callable[..., None]
"""Puts titles on the list, each with the edits given, as an import does: with a title, and nothing else."""


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture(autouse=True)
def stopped() -> Iterator[None]:
    with clock.stopped_at(NOW):
        yield


@pytest.fixture
def jikan() -> Iterator[JikanStandIn]:
    with JikanStandIn(size=1200) as server:
        yield server


@pytest.fixture
def popular(jikan: JikanStandIn) -> Sequence[int]:
    """Give the ids that the source has, the most popular first, without those that lack something there."""
    whole = [entry for entry in jikan.catalogue.entries if is_whole(entry)]
    return [entry["mal_id"] for entry in sorted(whole, key=lambda entry: entry["popularity"])]


def is_whole(entry: dict[str, object]) -> bool:
    facts = (entry["duration"] != "Unknown", entry["episodes"], entry["studios"], entry["synopsis"])
    genres = [*entry["genres"], *entry["themes"], *entry["demographics"]]  # type: ignore[misc]  # lists of a plain object
    aired = entry["aired"]
    return all((*facts, genres, entry["images"], isinstance(aired, dict) and aired["from"]))


@pytest.fixture
def settings(tmp_path: Path, jikan: JikanStandIn) -> Settings:
    environ = {
        "CATLOG_HOME": str(tmp_path / "home"),
        "CATLOG_JIKAN_URLS": jikan.url,
        "CATLOG_JIKAN_RATE": "1",
    }
    return load_settings(environ, {})


@pytest.fixture
def client(settings: Settings, time: VirtualTime) -> Iterator[JikanClient]:
    """Give a client at one request a second, in virtual time."""
    with JikanClient(settings.jikan_urls, settings.paths.state, rate=settings.jikan_rate, backoff=time.backoff) as made:
        yield made


@pytest.fixture
def owner(database: Database) -> SignedIn:
    return new_owner(database)


@pytest.fixture
def fill(database: Database, owner: SignedIn) -> Fill:
    def add(ids: Sequence[int], status: Status = Status.COMPLETED, *edits: Edit) -> None:
        with database.connect_to_write() as connection:
            add_titles(connection, [(mal_id, f"Title {mal_id}", None, None) for mal_id in ids], seen_at=clock.now())
        requests = [EditRequest(mal_id, edit) for mal_id in ids for edit in (Add(status), *edits)]
        edit_all(database, owner, requests, origin=Origin.IMPORT)

    return add

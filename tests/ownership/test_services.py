"""What no single command shows: the services that open CatLog's other files, before spoilt ones."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from catlog import clock
from catlog.accounts import keys
from catlog.accounts.passwords import SLOTS, hashing_slot
from catlog.analytics import launcher
from catlog.analytics.snapshots.freeze import _snapshots_of
from catlog.catalogue import index_file, result_cache
from catlog.catalogue.posters import Posters
from catlog.catalogue.search import SearchQuery, SearchResult
from catlog.cli.crash import write_report
from catlog.config import Settings
from catlog.jikan.request import ApiRequest
from catlog.jikan.response import JikanResponse
from catlog.jikan.response_cache import ResponseCache
from catlog.library.journal.file import Journal
from catlog.ownership import NotOwnError
from tests.ownership.plan import words_of
from tests.ownership.spoilt import SPOILT, condition, for_all, made


def adopted(settings: Settings) -> object:
    with Journal(settings.paths.state / "journal", "x") as journal:
        return journal.recover()


def slotted(settings: Settings) -> None:
    for _ in range(20 * SLOTS):  # they are tried in random order
        with hashing_slot(settings.paths):
            pass


def answer() -> JikanResponse:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    return JikanResponse("s", "h", "http://h/x", "/x", None, 200, at, {}, b"{}")


def answered(settings: Settings) -> object:
    return ResponseCache(settings.paths.cache / "answers").find(ApiRequest("/x"))


def frozen(settings: Settings) -> object:
    return list(_snapshots_of(settings.paths.cache / "frozen", datetime(2026, 11, 1, tzinfo=UTC).date()))


def make_answer(settings: Settings) -> Path:
    ResponseCache(settings.paths.cache / "answers").store(ApiRequest("/x"), answer())
    (file,) = (settings.paths.cache / "answers").iterdir()
    return file


def make_search(settings: Settings) -> Path:
    now = clock.now()
    result_cache.store(settings, SearchQuery("x"), result_cache.CachedResult(SearchResult((1,), False)), now=now)
    return settings.paths.cache / "last-search.json"


SERVICES: dict[str, tuple[Callable[[Settings], Path], Callable[[Settings], object]]] = {
    "keys.lock": (lambda s: made(s.paths.state / "keys.lock"), lambda s: keys.rotate(s.paths)),
    "a slot": (lambda s: made(s.paths.state / "sign-in" / "slot-1.lock"), slotted),
    "a journal": (lambda s: made(s.paths.state / "journal" / "x-0.jsonl"), adopted),
    "an answer": (make_answer, answered),
    "a search": (make_search, lambda s: result_cache.load(s, SearchQuery("x"), now=clock.now() + timedelta(seconds=1))),
    "the index": (lambda s: made(s.paths.cache / "search-index"), lambda s: index_file.load(
        s.paths.cache / "search-index", "1")),
    "the token of Connect": (lambda s: made(s.paths.state / "spark-connect-token", b"x" * 43), launcher._token),
}  # fmt: skip
"""How a file is made, and what opens it."""


@pytest.mark.parametrize("kind", SPOILT)
@pytest.mark.parametrize("name", SERVICES)
def test_services_refuse_them_alike(settings: Settings, name: str, kind: str) -> None:
    make, use = SERVICES[name]
    file = make(settings)
    use(settings)
    if name == "a journal":
        made(file)  # what is empty is taken away
    SPOILT[kind][0](file)
    before = condition(file.parent)
    with pytest.raises(NotOwnError) as caught:
        use(settings)
    assert caught.value.message.startswith(f"{file} {words_of(name, kind)}")
    left = condition(file.parent)
    assert {path: left[path] for path in before} == before


@pytest.mark.parametrize("kind", SPOILT)
def test_a_spoilt_cover_is_none_and_nothing_waits_for_it(settings: Settings, kind: str) -> None:
    fetched: list[str] = []

    def fetch(url: str, _cancel: object) -> bytes:
        fetched.append(url)
        return b"image"

    covers = Posters(settings.paths.cache / "posters", fetch)
    assert covers.find("http://h/1.jpg") == b"image"
    (file,) = (settings.paths.cache / "posters").iterdir()
    SPOILT[kind][0](file)
    assert covers.find("http://h/1.jpg") == b"image"
    assert len(fetched) == 2, "what others may have put there is not shown"


def test_no_crash_report_goes_where_others_may_write(settings: Settings) -> None:
    folder = settings.paths.state / "crashes"
    write_report(folder, ValueError("x"))
    for_all(folder)
    with pytest.raises(NotOwnError):
        write_report(folder, ValueError("x"))
    assert len(list(folder.iterdir())) == 1


def test_no_snapshot_is_taken_from_where_others_may_write(settings: Settings) -> None:
    folder = settings.paths.cache / "frozen" / "2026-11-01-abc"
    folder.mkdir(parents=True)
    assert frozen(settings) == []
    for_all(folder)
    with pytest.raises(NotOwnError):
        frozen(settings)

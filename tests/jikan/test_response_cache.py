"""Answers that are kept: found again word for word, with their age, and never taken for more than they are."""

from datetime import timedelta
from pathlib import Path

import pytest

from catlog import clock
from catlog.errors import UnavailableError
from catlog.jikan import endpoints
from catlog.jikan.request import ApiRequest
from catlog.jikan.response_cache import MAX_RESPONSES, CachedSource, NotCachedError, ResponseCache
from catlog.net.errors import BadResponseError
from tests.jikan.conftest import ClientFactory
from tests.support.jikan import JikanStandIn

GENRES = ApiRequest("/genres/anime")
HOUR = timedelta(hours=1)


@pytest.fixture
def kept(tmp_path: Path) -> ResponseCache:
    return ResponseCache(tmp_path / "answers")


def test_an_answer_is_found_again_word_for_word(
    kept: ResponseCache, jikan: JikanStandIn, client_of: ClientFactory
) -> None:
    params = {"limit": 5, "sfw": True, "q": None}
    answer = client_of(jikan.url).open_session().get(ApiRequest("/anime", params, page=2))
    kept.store(ApiRequest("/anime", params, 2), answer)
    assert kept.find(ApiRequest("/anime", {"sfw": True, "limit": 5}, page=2)) == answer
    assert kept.find(ApiRequest("/anime", {"sfw": True, "limit": 5}, page=1)) is None
    assert kept.find(ApiRequest("/anime", {"limit": 5}, page=2)) is None


def test_a_young_answer_is_given_without_asking_and_an_old_one_only_when_nobody_answers(
    kept: ResponseCache, jikan: JikanStandIn, client_of: ClientFactory
) -> None:
    session, now = client_of(jikan.url).open_session(), clock.now()
    with clock.stopped_at(now):
        first = CachedSource(kept, session, max_age=HOUR)
        assert endpoints.genres(first).response == endpoints.genres(first).response
    assert (first.fetched, len(jikan.requests)) == (1, 1)
    with clock.stopped_at(now + 2 * HOUR):
        again = CachedSource(kept, session, max_age=HOUR)
        assert endpoints.genres(again).response.fetched_at == now + 2 * HOUR
        jikan.set_faults("504")
    with clock.stopped_at(now + 9 * HOUR):
        alone = CachedSource(kept, session, max_age=HOUR)
        assert endpoints.genres(alone).response.fetched_at == now + 2 * HOUR
        assert isinstance(alone.failed, UnavailableError)
        asked = len(jikan.requests)
        with pytest.raises(UnavailableError):
            alone.get(ApiRequest("/seasons/now"))
        assert len(jikan.requests) == asked, "a source that failed is not asked again"


def test_an_answer_that_is_no_json_is_not_kept(
    kept: ResponseCache, jikan: JikanStandIn, client_of: ClientFactory
) -> None:
    jikan.set_faults("truncated")
    first = CachedSource(kept, client_of(jikan.url).open_session(), max_age=HOUR)
    with pytest.raises(BadResponseError, match="cut short"):
        first.get(GENRES)
    assert kept.find(GENRES) is None


def test_without_a_source_what_was_never_kept_is_said_to_be_missing(kept: ResponseCache) -> None:
    with pytest.raises(NotCachedError, match="it was never fetched"):
        CachedSource(kept, None, max_age=HOUR).get(GENRES)


@pytest.mark.parametrize("damage", [b"", b"{", b"[]\n", b"{}\nx", b'{"source": 1}\n\x78\x9c', b"\xff" * 99])
def test_a_damaged_file_is_as_if_it_were_not_there(
    kept: ResponseCache, jikan: JikanStandIn, client_of: ClientFactory, damage: bytes
) -> None:
    kept.store(GENRES, client_of(jikan.url).open_session().get(GENRES))
    (file,) = kept.folder.iterdir()
    whole = file.read_bytes()
    for content in (damage, whole[:-3], whole.replace(b"fetchedAt", b"fetched")):
        file.write_bytes(content)
        assert kept.find(GENRES) is None


def test_the_folder_stays_small(kept: ResponseCache, jikan: JikanStandIn, client_of: ClientFactory) -> None:
    kept.folder.mkdir()
    for number in range(MAX_RESPONSES):
        (kept.folder / f"{number}.answer").write_bytes(b"")
    answer = client_of(jikan.url).open_session().get(GENRES)
    kept.store(GENRES, answer)
    assert len(list(kept.folder.iterdir())) == MAX_RESPONSES * 9 // 10
    assert kept.find(GENRES) == answer

"""The search service on both databases: filters, orders, pages, and how it notices every writer."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catlog import clock
from catlog.accounts.users import register
from catlog.catalogue.cached_catalogue import CachedCatalogue
from catlog.catalogue.filters import (
    Filters,
    ValueRange,
    parse_letter,
    parse_rating,
    parse_scores,
    parse_status,
    parse_type,
    parse_years,
)
from catlog.catalogue.importing import import_titles
from catlog.catalogue.orders import parse_order
from catlog.catalogue.search import WORDS_LIMIT, Catalogue, SearchQuery, SearchResult
from catlog.catalogue.store import add_titles
from catlog.db.models import UserAnime
from catlog.db.session import Database
from catlog.errors import InvalidArgumentError
from catlog.etl.history import load_series
from catlog.etl.timeseries import SeriesRow
from tests.catalogue.samples import SHELF, anime, recorded_files, write

ASKED = (
    "a",
    "86",
    "k",
    "no",
    "naruto",
    "toukyou",
    "フリーレン",
    "進撃の",
    "attack on titn",
    "oshi no",
    "100%_\\",
    "🎌",
    "★",
)


@pytest.fixture
def shelf(database: Database) -> Catalogue:
    write(database, *SHELF)
    return Catalogue(database)


def _ids(catalogue: Catalogue, words: str = "", order: str = "", **filters: object) -> list[int]:
    return list(catalogue.search(SearchQuery(words, Filters(**filters), order)).ids)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "filters", "expected"),
    [
        ("", {}, [6, 1, 2, 3, 4, 5]),
        ("kaze", {}, [6, 1, 2, 3]),
        ("kaze", {"genres": ("Drama",)}, [1, 2]),
        ("", {"genres": ("drama", "COMEDY")}, [4]),
        ("", {"without_genres": ("Drama",)}, [6, 3, 5]),
        ("kaze", {"genres": ("Drama",), "without_genres": ("Romance",)}, [2]),
        ("", {"years": ValueRange(2016, 2020)}, [6, 2, 3]),
        ("kaze", {"years": ValueRange(None, 2016)}, [1, 2]),
        ("", {"season": "summer"}, [2]),
        ("", {"types": ("OVA", "Movie")}, [2, 4]),
        ("", {"statuses": ("Not yet aired", "Finished Airing")}, [4, 5]),
        ("", {"scores": ValueRange(7, 8.5)}, [1, 3]),
        ("kaze", {"types": ("TV",), "scores": ValueRange(6, None), "genres": ("Comedy",)}, [3]),
        ("yama", {"types": ("TV",)}, []),
    ],
)
def test_filters_combine_with_words_and_with_each_other(
    shelf: Catalogue, words: str, filters: dict[str, object], expected: list[int]
) -> None:
    assert _ids(shelf, words, **filters) == expected


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("popularity", [6, 1, 2, 3, 4, 5]),
        ("-popularity", [5, 4, 3, 2, 1, 6]),
        ("score", [2, 1, 3, 4, 6, 5]),
        ("-score", [4, 3, 1, 2, 6, 5]),
        ("year", [4, 3, 6, 2, 1, 5]),
        ("title", [2, 1, 6, 5, 3, 4]),
        ("episodes", [3, 2, 6, 1, 4, 5]),
        ("-id", [6, 5, 4, 3, 2, 1]),
    ],
)
def test_orders_put_the_unknown_last_either_way_round(shelf: Catalogue, order: str, expected: list[int]) -> None:
    assert _ids(shelf, order=order) == expected


def test_titles_are_told_with_genres_and_their_place_on_the_list(database: Database, shelf: Catalogue) -> None:
    settings = {"username": "mika", "email": "mika@example.org", "password": "quiet otters knit 7 scarves"}
    with clock.stopped_at(clock.now()):
        user = _user(database, settings)
    _put_on_list(database, user, 2, 4)
    found = shelf.search(SearchQuery("", Filters(on_list=True), user_id=user))
    assert found.ids == (2, 4)
    assert _ids_of(shelf.search(SearchQuery("kaze", Filters(on_list=False), user_id=user))) == [6, 1, 3]
    first, second = shelf.titles(found.ids, user)
    assert (first.title, first.year, first.season, first.genres, first.list_status) == (
        "Kaze no Tabi",
        2016,
        "summer",
        ("Drama",),
        "COMPLETED",
    )
    assert second.genres == ("Comedy", "Drama")
    assert shelf.titles([5])[0].list_status is None


def _user(database: Database, account: dict[str, str]) -> int:
    from catlog.config import load_settings

    return register(database, load_settings(), **account).id


def _put_on_list(database: Database, user_id: int, *ids: int) -> None:
    with database.write() as session:
        for mal_id in ids:
            entry = UserAnime(
                user_id=user_id,
                mal_id=mal_id,
                status="COMPLETED",
                version=1,
                created_at=clock.now(),
                updated_at=clock.now(),
            )
            session.add(entry)


def _ids_of(found: SearchResult) -> list[int]:
    return list(found.ids)


def test_an_unknown_genre_is_refused_with_the_nearest(shelf: Catalogue) -> None:
    with pytest.raises(InvalidArgumentError, match="no genre 'Isekay'; did you mean Isekai"):
        _ids(shelf, genres=("Isekay",))


@pytest.mark.parametrize("year", ["20x5", "1", "2020..2010", "99999", "", "2015-2020", "２０１５"])
def test_a_year_that_is_none_is_refused(year: str) -> None:
    with pytest.raises(InvalidArgumentError, match="year"):
        parse_years(year)


@pytest.mark.parametrize("score", ["11", "-1", "nan", "9..7", "8,5", "1e1"])
def test_a_score_that_is_none_is_refused(score: str) -> None:
    with pytest.raises(InvalidArgumentError, match="score"):
        parse_scores(score)


def test_what_can_be_read_is_read() -> None:
    assert (parse_years("2015..2020"), parse_years("..1999")) == (ValueRange(2015, 2020), ValueRange(None, 1999))
    assert (parse_scores("8"), parse_scores("7..9.5")) == (ValueRange(8, None), ValueRange(7, 9.5))
    assert (parse_type("tv-special"), parse_status("Airing")) == ("TV Special", "Currently Airing")
    assert parse_order("-Score") == "-score"


@pytest.mark.parametrize("words", ["a" * (WORDS_LIMIT + 1), "a\x1b[2J", "a\x00b", "\ud800"])
def test_words_that_cannot_be_meant_are_refused(shelf: Catalogue, words: str) -> None:
    with pytest.raises(InvalidArgumentError):
        _ids(shelf, words)


@pytest.mark.parametrize("number", [0, -1])
def test_pages_count_from_one(number: int) -> None:
    with pytest.raises(InvalidArgumentError, match="no page"):
        SearchResult((1, 2, 3)).page(number)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    size=st.integers(1, 7),
    changes=st.lists(st.integers(1, 12), max_size=6),
    order=st.sampled_from(["", "score", "title"]),
)
def test_pages_neither_repeat_nor_skip_whatever_is_written_in_between(
    database: Database, size: int, changes: list[int], order: str
) -> None:
    write(database, *SHELF)
    catalogue = Catalogue(database)
    found = catalogue.search(SearchQuery("", order=order))
    seen: list[int] = []
    writes = iter(changes)
    for number in range(1, found.total + 2):
        seen += [title.mal_id for title in catalogue.titles(found.page(number, size))]
        if mal_id := next(writes, None):
            write(database, anime(mal_id, f"{100 - mal_id} Kaze", score=mal_id / 2, members=mal_id * 5_000))
            assert catalogue.search(SearchQuery("kaze")).total > 0
    assert seen == list(found.ids)


def test_every_writer_is_noticed(database: Database, tmp_path: Path) -> None:
    catalogue = Catalogue(database)
    assert _ids(catalogue, "hotaru") == []
    write(database, anime(1, "Hotaru no Haka", score=8.0))
    assert _ids(catalogue, "hotaru") == [1]
    with database.write() as session:
        add_titles(session.connection(), [(2, "Hotarubi no Mori e", "Movie", 1)], seen_at=clock.now())
    assert _ids(catalogue, "hotaru") == [1, 2]
    load_series(
        database, [SeriesRow(clock.utc_today(), 3, "Hotaru Kagayaki", 1, 7.0, 5, 9, 1)], source="history", name="a test"
    )
    assert _ids(catalogue, "hotaru") == [3, 1, 2]
    file = tmp_path / "titles.csv"
    file.write_text("mal_id,title,score,members\n4,Hotaru,9.5,3\n2,Hotarubi no Mori e,7.5,\n")
    import_titles(database, file)
    assert _ids(catalogue, "hotaru") == [4, 3, 1, 2]
    assert _ids(catalogue, "hotaru", scores=ValueRange(7.2, 8.1)) == [1, 2]


def test_a_catalogue_that_stays_the_same_is_read_once(shelf: Catalogue) -> None:
    _ids(shelf, "kaze")
    memory = shelf._cached
    _ids(shelf, "yama", genres=("Drama",))
    assert shelf._cached is memory


def test_while_a_change_is_read_searches_are_answered_from_what_was_known(
    database: Database, shelf: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _ids(shelf, "mori") == []
    read = CachedCatalogue.read

    def searched_meanwhile(*asked: object) -> CachedCatalogue:
        assert _ids(shelf, "mori") == []
        assert _ids(shelf, "kaze", types=("Movie",)) == [2]
        return read(*asked)  # type: ignore[arg-type]  # passed on as they came

    write(database, anime(7, "Mori"))
    monkeypatch.setattr(CachedCatalogue, "read", searched_meanwhile)
    shelf.prepare()
    assert _ids(shelf, "mori") == [7]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"ratings": ("PG-13 - Teens 13 or older",)}, [2]),
        ({"ratings": ("Rx - Hentai", "PG-13 - Teens 13 or older")}, [1, 2]),
        ({"sfw": True}, [2, 4]),
        ({"letter": "k"}, [1, 2]),
        ({"letter": "4"}, [4]),
        ({"letter": "e"}, [3]),
    ],
)
def test_ratings_and_first_letters_are_filters_too(
    database: Database, filters: dict[str, object], expected: list[int]
) -> None:
    write(
        database,
        anime(1, "Kaze", rating="Rx - Hentai", members=4),
        anime(2, "kumo", rating="PG-13 - Teens 13 or older", members=3),
        anime(3, "École", "Hentai", members=2),
        anime(4, "4 no Uta", members=1),
    )
    assert _ids(Catalogue(database), **filters) == expected


def test_ratings_and_letters_are_read_as_people_write_them() -> None:
    assert parse_rating("PG-13") == parse_rating("pg13") == "PG-13 - Teens 13 or older"
    assert (parse_rating("R+"), parse_rating("r17")) == ("R+ - Mild Nudity", "R - 17+ (violence & profanity)")
    assert (parse_letter("K"), parse_letter("é")) == ("k", "e")
    with pytest.raises(InvalidArgumentError, match="no rating 'pg18'; did you mean pg13"):
        parse_rating("pg18")
    for letter in ("", "ab", "!", "\x1b"):
        with pytest.raises(InvalidArgumentError, match="no letter"):
            parse_letter(letter)


def test_both_databases_give_the_recorded_catalogue_the_same_answers(
    database: Database, shared_data: Path | None
) -> None:
    files = recorded_files(shared_data)
    for file in files[1:]:
        import_titles(database, file)
    catalogue = Catalogue(database)
    answers = {words: catalogue.search(SearchQuery(words)).ids[:50] for words in ASKED}
    answers["filtered"] = catalogue.search(
        SearchQuery("", Filters(genres=("Drama",), types=("TV",), years=ValueRange(2010, 2020)), "score")
    ).ids
    first = _ANSWERS.setdefault("first", answers)
    assert answers == first
    assert not files or len(answers["k"]) == 50


_ANSWERS: dict[str, dict[str, tuple[int, ...]]] = {}

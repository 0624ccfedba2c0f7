"""The counts of a search: by genre of what it finds, by year without its own years."""

import pytest

from catlog.catalogue.facets import genre_counts, year_counts
from catlog.catalogue.filters import Filters, ValueRange
from catlog.catalogue.search import Catalogue, SearchQuery
from catlog.config import load_settings
from catlog.db.session import Database
from catlog.demo.build import build_demo, demo_url
from catlog.errors import InvalidArgumentError


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Database:
    settings = load_settings({"CATLOG_HOME": str(tmp_path_factory.mktemp("facets"))})
    build_demo(demo_url(settings), settings)
    return Database(demo_url(settings))


def test_counts_are_those_of_the_titles_found(demo: Database) -> None:
    catalogue = Catalogue(demo)
    query = SearchQuery("no", Filters(genres=("Drama",), years=ValueRange(2010, 2020)))
    found = catalogue.titles(catalogue.search(query).ids)
    facets = catalogue.facets(query)
    assert found
    assert facets.genres["Drama"] == len(found)
    for genre, count in facets.genres.items():
        assert count == sum(genre in title.genres for title in found)
    without_years = catalogue.titles(catalogue.search(SearchQuery("no", Filters(genres=("Drama",)))).ids)
    assert sum(facets.years.values()) == sum(title.year is not None for title in without_years)
    assert facets.years.keys() - set(range(2010, 2021)), "the years are counted beyond the filter of years"
    demo.close()


def test_a_status_of_the_list_needs_a_user(demo: Database) -> None:
    with pytest.raises(InvalidArgumentError, match="needs a user"):
        Catalogue(demo).search(SearchQuery(filters=Filters(list_status="COMPLETED")))
    demo.close()


def test_nothing_is_counted_of_nothing() -> None:
    assert genre_counts([], {"Drama": [0, 1]}, 2) == {"Drama": 0}
    assert year_counts([], []) == {}

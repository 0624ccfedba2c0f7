"""1,000 searches over a catalogue of 30,000 titles: time per keystroke, and the same answers on both databases.

The titles are made up, the same on every run, unless `--titles` names catalogue files. Half of the searches are titles
typed letter by letter; the others are mistyped, Japanese, filtered, or strange. Each is one call of the service, as one
key in the app is: it looks whether the catalogue has changed, searches, and reads the first page. A LIKE scan of the
same database for the same words is the rival; it knows neither an order nor mistyped words.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import or_, select
from sqlmodel import col

from catlog.catalogue.filters import Filters, ValueRange
from catlog.catalogue.importing import import_titles
from catlog.catalogue.search import PAGE_TITLES, Catalogue, SearchQuery, Title
from catlog.catalogue.store import write_titles
from catlog.db.models import ProcessedAnime
from catlog.db.session import Database
from catlog.db.upgrade import upgrade
from catlog.demo.titles import DemoTitle, load_titles
from catlog.jikan.schema import AnimeRecord, Genre, parse_anime
from tests.support.postgres import start_postgres

COUNT = 30_000
STRANGE = (
    "86",
    "K",
    "[Oshi no Ko]",
    "100%_\\",
    "🎌",
    "★",
    "%",
    "_",
    "no",
    "a",
    "の",
    "x" * 300,
    "Re:Zero",
    "ａｎｉｍｅ",
)
FILTERS = (
    Filters(genres=("Drama",)),
    Filters(without_genres=("Comedy",), years=ValueRange(2010, 2020)),
    Filters(types=("TV",), scores=ValueRange(7, None)),
)

Searched = tuple[Sequence[int], int, Sequence[Title]]


def made_up(count: int, seed: int = 1) -> Iterator[AnimeRecord]:
    """Yield records with titles, other names and members as unevenly spread as the real ones."""
    rng, known = random.Random(seed), load_titles()
    blank = replace(parse_anime({"mal_id": 1, "title": "blank"}), notes=())
    words = sorted({word for title in known for word in title.title.split()})
    genres = sorted({genre for title in known for genre in title.genres})
    for mal_id in range(1, count + 1):
        like = known[mal_id - 1] if mal_id <= len(known) else None
        title = like.title if like else " ".join(rng.choices(words, k=rng.randint(1, 7)))
        yield replace(
            blank,
            mal_id=mal_id,
            title=title,
            title_english=_english(like, rng, words),
            title_japanese=like.title_japanese if like else rng.choice(known).title_japanese,
            members=like.members if like else int(10 ** rng.uniform(1, 5)),
            type=rng.choice(("TV", "Movie", "OVA")),
            year=rng.randint(1970, 2026),
            score=round(rng.uniform(3, 9), 2),
            genres=tuple(Genre(name, "genre") for name in rng.sample(genres, 3)),
        )


def _english(like: DemoTitle | None, rng: random.Random, words: Sequence[str]) -> str | None:
    if like:
        return like.title_english
    return " ".join(rng.choices(words, k=4)) if rng.random() < 0.3 else None


def questions(titles: Sequence[Title], count: int, seed: int = 1) -> list[SearchQuery]:
    """Return searches for popular and for any titles, the same ones for the same titles."""
    rng = random.Random(seed)
    found = [SearchQuery(words) for words in STRANGE]
    found += [SearchQuery(title.title[:10], filters) for title in rng.sample(titles, 30) for filters in FILTERS]
    found += [SearchQuery(_mistyped(title.title, rng)) for title in rng.choices(titles, k=count // 5)]
    japanese = [title.title_japanese for title in titles if title.title_japanese]
    found += [SearchQuery(name[: rng.randint(1, 8)]) for name in rng.choices(japanese, k=count // 10)]
    while len(found) < count:
        title = rng.choice(titles).title
        found += [SearchQuery(title[:end]) for end in range(1, min(len(title), 14) + 1)]
    return found[:count]


def _mistyped(title: str, rng: random.Random) -> str:
    at = rng.randrange(len(title))
    return rng.choice(
        (
            title[:at] + title[at + 1 :],
            title[:at] + rng.choice("aeiounrst") + title[at + 1 :],
            title[:at] + title[at + 1 : at + 2] + title[at : at + 1] + title[at + 2 :],
            title[:at] + title[at : at + 1] + title[at:],
        )
    )


def searched(catalogue: Catalogue, question: SearchQuery) -> Searched:
    """Return the whole answer and its first page."""
    found = catalogue.search(question)
    return found.ids, found.mistyped, catalogue.titles(found.page(1, PAGE_TITLES))


def like_scan(database: Database, question: SearchQuery) -> list[int]:
    """Return the ids that a scan with LIKE finds for the words, most members first."""
    anime = ProcessedAnime
    names = (col(anime.title), col(anime.title_english), col(anime.title_japanese))
    fits = or_(*(name.icontains(question.words, autoescape=True) for name in names))
    query = select(anime).where(fits).order_by(col(anime.members).desc()).limit(PAGE_TITLES)
    with database.read() as session:
        return [row.mal_id for row in session.execute(query).scalars()]


def timed(search: Callable[[SearchQuery], object], queries: Sequence[SearchQuery]) -> tuple[list[object], list[float]]:
    """Return the results and the time of each in ms."""
    results, took = [], []
    gc.collect()
    for question in queries:
        begun = time.perf_counter()
        results.append(search(question))
        took.append((time.perf_counter() - begun) * 1000)
    return results, took


def print_times(what: str, took: Sequence[float]) -> None:
    """Print the median, the 99th percentile and the maximum."""
    percentiles = statistics.quantiles(took, n=100)
    print(f"{what:32} median {percentiles[49]:6.2f} ms   p99 {percentiles[98]:6.2f} ms   max {max(took):6.2f} ms")


def main() -> int:
    """Measure both databases; return 1 when they answer differently."""
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--titles", type=Path, nargs="+", metavar="FILE", help="catalogue files, taken in this order")
    parser.add_argument("--count", type=int, default=1_000, help="searches (default: %(default)s)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="catlog-bench-") as folder, start_postgres() as server:
        urls = {"SQLite": f"sqlite:///{folder}/search.sqlite", "PostgreSQL": server.create_database("search")}
        answers: dict[str, list[object]] = {}
        queries: list[SearchQuery] = []
        for name, url in urls.items():
            database = Database(url)
            upgrade(database)
            begun = time.perf_counter()
            _fill(database, given.titles)
            loaded = time.perf_counter()
            catalogue = Catalogue(database)
            everything = catalogue.search(SearchQuery())
            built = time.perf_counter()
            catalogue.prepare()  # as the app does before anybody types
            ready = time.perf_counter()
            queries = queries or questions(catalogue.titles(everything.ids[:2_000]), given.count)
            answers[name], took = timed(lambda question, c=catalogue: searched(c, question), queries)
            _, scanned = timed(lambda question, d=database: like_scan(d, question), queries)
            print(
                f"{name}: {everything.total:,} titles loaded in {loaded - begun:.1f} s, index read and built in", end=""
            )
            print(f" {built - loaded:.2f} s, facts and words for mistyped ones in {ready - built:.2f} s")
            print_times(f"{name}, {len(queries):,} searches", took)
            print_times(f"{name}, LIKE scan", scanned)
            database.close()
        same = [_alike(one, other) for one, other in zip(*answers.values(), strict=True)]
        print(f"same answers on both databases: {sum(same):,} of {len(same):,}")
        return int(not all(same))


def _fill(database: Database, files: Sequence[Path] | None) -> None:
    if files:
        for file in files:
            import_titles(database, file)
        return
    with database.write() as session:
        write_titles(
            session.connection(), list(made_up(COUNT)), run_id=None, seen_at=datetime(2026, 11, 22, tzinfo=UTC)
        )


def _alike(one: object, other: object) -> bool:
    """Compare two answers without the instants at which their titles were loaded."""
    assert isinstance(one, tuple)
    assert isinstance(other, tuple)
    now = datetime(2026, 11, 22, tzinfo=UTC)
    pages = ([replace(title, as_of=now) for title in answer[2]] for answer in (one, other))
    return one[:2] == other[:2] and next(pages) == next(pages)


if __name__ == "__main__":
    raise SystemExit(main())

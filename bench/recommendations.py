"""Recommendations against popularity: a fifth of real lists is hidden, and looked for among the first 20 titles.

The lists and the catalogue are recordings outside the repository (`--data`). Of each list 20 % of entries are hidden
by chance; a hit is a hidden title that its owner rated 8 or more. Titles that began after the last one the owner
watched are left out for everybody. All three rivals obey the same rules: nothing that is still on the list, nothing
whose prequel was not watched, one title of a franchise.

- popularity: most members first.
- genres: popularity, and how often the list has a title's genres; the weight is the best of those tried by `--tune`.
- CatLog: `catlog.recommendations`.

"New" counts only hits in franchises of which nothing was left on the list: the next season of something is easy to
guess. `--tune` tries other constants, on splits that are not among those reported.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from catlog.catalogue.importing import import_titles
from catlog.db.session import Database
from catlog.db.upgrade import upgrade
from catlog.interchange import crossids
from catlog.interchange.detect import read_list
from catlog.interchange.records import ImportedEntry
from catlog.recommendations import taste
from catlog.recommendations.corpus import Corpus, CorpusTitle, read_titles
from catlog.recommendations.recommend import best_first
from catlog.recommendations.taste import Opinion, TitleFeatures
from catlog.zones import UTC_ZONE

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
CATALOGUES = (
    "merged_catalogue_30000.csv.gz",
    "ate329_all_tv_2026-01-01.csv.gz",
    "leo_jikan_seasonal_20260517.csv.gz",
    "aniradar_2026-05-24.csv.gz",
)
CROSSIDS = "crossids_anidb_anilist_kitsu_mal_2025-05-17.json.gz"

FIRST = 20
HIDDEN = 0.2
LIKED = 8
LEAST_ENTRIES = 100
REPORTED, TUNED = range(100, 120), range(5)
"""The seeds of the splits that are reported, and of those on which constants are tried."""

GENRES_WEIGHT = 0.25
TRIED_WEIGHTS = (0.05, 0.1, 0.25, 0.5, 1)

TRIED: Mapping[str, tuple[float, ...]] = {
    "LISTED": (2, 5, 10, 20),
    "SHRINKAGE": (50, 100, 200, 300, 400, 800),
    "GOING_ON": (0, 0.25, 0.5, 1, 2),
    "_STUDIO": (0.5, 0.7, 1),
    "_PER_POINT": (0, 0.1, 0.25, 0.4),
    "_LIKED": (0.4, 0.6, 0.8),
}

Floats = Sequence[float]
Rival = Callable[["RealList", Sequence[Opinion]], Floats]


class Figures(NamedTuple):
    """Means over splits: whether there was a hit, the share of the 20 that were, the share of the liked found."""

    hit_rate: float
    precision: float
    recall: float


class RealList(NamedTuple):
    """A list, with the catalogue as it may have been when it was exported: its titles by id, and their corpus."""

    name: str
    opinions: Sequence[Opinion]
    titles: Mapping[int, CorpusTitle]
    corpus: Corpus


def popularity(each: RealList, _opinions: Sequence[Opinion]) -> Floats:
    """Rate titles by their members."""
    return [title.features.members or 0 for title in each.titles.values()]


def genres(each: RealList, opinions: Sequence[Opinion], weight: float = GENRES_WEIGHT) -> Floats:
    """Rate titles by the logarithm of their members and by how many of the list have their genres, on the mean."""
    own = [_features(each, opinion.mal_id) for opinion in opinions if opinion.mal_id in each.titles]
    share = Counter(genre for title in own for genre in title.genres)
    members = _unit([math.log10(count + 10) for count in popularity(each, opinions)])
    shared = _unit(
        [
            statistics.fmean([share[genre] for genre in title.features.genres]) if title.features.genres else 0.0
            for title in each.titles.values()
        ]
    )
    return [one + weight * other for one, other in zip(members, shared, strict=True)]


def _features(each: RealList, mal_id: int) -> TitleFeatures:
    return each.titles[mal_id].features


def catlog(each: RealList, opinions: Sequence[Opinion]) -> Floats:
    """Rate titles as `catlog recommend` does."""
    return each.corpus.features.scores(opinions, each.corpus.franchise).fit


RIVALS: Mapping[str, Rival] = {"popularity": popularity, "genres": genres, "CatLog": catlog}


def _unit(values: Floats) -> Floats:
    mean, spread = statistics.fmean(values), statistics.pstdev(values)
    return [(value - mean) / spread for value in values]


def measured(each: RealList, rival: Rival, seeds: Sequence[int], *, new: bool) -> Figures | None:
    """Return the figures of a rival on a list; None when no split hides a liked title."""
    hits, precisions, recalls = [], [], []
    for seed in seeds:
        rng = random.Random(f"{each.name} {seed}")
        hidden = set(rng.sample(range(len(each.opinions)), round(len(each.opinions) * HIDDEN)))
        left = [opinion for place, opinion in enumerate(each.opinions) if place not in hidden]
        known = {each.corpus.franchise.get(opinion.mal_id) for opinion in left} if new else set()
        wanted = {
            opinion.mal_id
            for opinion in (each.opinions[place] for place in hidden)
            if (opinion.rating or 0) >= LIKED and each.corpus.franchise.get(opinion.mal_id) not in known
        }
        if not wanted:
            continue
        first = islice(best_first(each.corpus, left, rival(each, left)), FIRST)
        found = len(wanted & {begin for _, begin in first})
        hits.append(found > 0)
        precisions.append(found / FIRST)
        recalls.append(found / len(wanted))
    return Figures(*map(statistics.fmean, (hits, precisions, recalls))) if hits else None


def real_lists(data: Path, database: Database) -> Iterator[RealList]:
    """Yield every recorded list with enough entries, over a catalogue without what came later."""
    for name in CATALOGUES:
        import_titles(database, data / "catalogue" / name)
    crossids.import_crossids(database, data / "catalogue" / CROSSIDS)
    with database.read() as session:
        titles = list(read_titles(session.connection()))
    known = {title.features.mal_id: title.features for title in titles}
    folder = data / "lists"
    for file in sorted([*folder.glob("mal_xml/animelist*.xml"), *folder.glob("anilist/*.json")]):
        opinions = [opinion for opinion in _opinions(database, file) if opinion.mal_id in known]
        rated = [opinion for opinion in opinions if opinion.rating]
        if len(opinions) >= LEAST_ENTRIES and rated:
            last = max(known[opinion.mal_id].year or 0 for opinion in rated)
            until = [title for title in titles if (title.features.year or 0) <= last]
            by_id = {title.features.mal_id: title for title in until}
            yield RealList(file.name, opinions, by_id, Corpus.build(until))


def _opinions(database: Database, file: Path) -> list[Opinion]:
    with file.open("rb") as source:
        entries = [row for row in read_list(source, file.name, zone=UTC_ZONE).rows if isinstance(row, ImportedEntry)]
    with database.read() as session:
        ids = crossids.mal_ids(session, [foreign for row in entries for foreign in row.foreign])
    found = {}
    for row in entries:
        mal_id = row.entry.mal_id or next((ids[each] for each in row.foreign if each in ids), 0)
        found[mal_id] = Opinion(mal_id, row.entry.status, row.entry.rating)
    return list(found.values())


def report(lists: Sequence[RealList]) -> None:
    """Print the figures of all rivals, per list and as means of the lists."""
    for new in (False, True):
        which = "liked titles of new franchises" if new else "all liked titles"
        print(f"\n{which}: hit rate / precision / recall @{FIRST}")
        rows = {
            each.name: {name: measured(each, rival, REPORTED, new=new) for name, rival in RIVALS.items()}
            for each in lists
        }
        print(f"{'':52}" + "".join(f"{name:>24}" for name in RIVALS))
        for each in lists:
            print(f"{each.name[:44]:44} {len(each.opinions):>6} " + "".join(map(_cell, rows[each.name].values())))
        means = [_mean([rows[each.name][name] for each in lists]) for name in RIVALS]
        print(f"{'mean':52}" + "".join(map(_cell, means)))


def tune(lists: Sequence[RealList]) -> None:
    """Print what CatLog's figures would be with other constants, one changed at a time, on splits of their own."""
    for weight in TRIED_WEIGHTS:
        _tell(f"genres at {weight:g}", lists, partial(genres, weight=weight))
    for name, values in TRIED.items():
        usual = getattr(taste, name)
        for value in values:
            setattr(taste, name, value)
            _tried(lists, f"{name.strip('_')} {value:g}{' (as it is)' if value == usual else ''}")
        setattr(taste, name, usual)


def _tried(lists: Sequence[RealList], label: str) -> None:
    fresh = [each._replace(corpus=Corpus.build(list(each.titles.values()))) for each in lists]
    _tell(label, fresh, catlog)


def _tell(label: str, lists: Sequence[RealList], rival: Rival) -> None:
    means = [_mean([measured(each, rival, TUNED, new=new) for each in lists]) for new in (False, True)]
    print(f"{label:32}" + "".join(map(_cell, means)), flush=True)


def _mean(some: Sequence[Figures | None]) -> Figures:
    known = [figures for figures in some if figures is not None]
    return Figures(*(statistics.fmean(column) for column in zip(*known, strict=True)))


def _cell(figures: Figures | None) -> str:
    text = "-" if figures is None else f"{figures.hit_rate:.2f} / {figures.precision:.3f} / {figures.recall:.3f}"
    return f"{text:>24}"


def main() -> int:
    """Measure, or tune; return 1 when CatLog does not beat popularity in precision on the mean of all lists."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.recommendations", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--data", type=Path, default=DATA, help="folder of recordings (default: ../shared/data)")
    parser.add_argument("--tune", action="store_true", help="try other constants on other splits")
    given = parser.parse_args()
    if not (given.data / "lists").is_dir():
        print(f"there are no recorded lists in {given.data}: nothing is measured")
        return 0
    with tempfile.TemporaryDirectory(prefix="catlog-bench-") as folder:
        database = Database(f"sqlite:///{folder}/lists.sqlite")
        upgrade(database)
        lists = list(real_lists(given.data, database))
        database.close()
    if given.tune:
        tune(lists)
        return 0
    report(lists)
    mean = {
        name: _mean([measured(each, rival, REPORTED, new=False) for each in lists]) for name, rival in RIVALS.items()
    }
    return int(mean["CatLog"].precision <= mean["popularity"].precision)


if __name__ == "__main__":
    raise SystemExit(main())

"""Building the demo library: a database of its own, filled by the same services as a real one.

The titles are real; the history and the viewer are simulated; the run log names the source `simulated`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import delete
from sqlmodel import Session, select

from catlog import clock
from catlog.accounts.identity import remember as remember_session
from catlog.accounts.sign_in import begin_session
from catlog.accounts.users import any_account, find_account, register
from catlog.catalogue import drawn_covers
from catlog.catalogue.store import write_titles
from catlog.catalogue.vocabulary import AIRING_STATUSES
from catlog.config import Settings
from catlog.db.bulk import upsert
from catlog.db.inventory import take_inventory
from catlog.db.models import AiredEpisode, EtlLogs, register_all
from catlog.db.naming import METADATA
from catlog.db.session import Database
from catlog.db.upgrade import make_ready, upgrade
from catlog.demo.history import simulate
from catlog.demo.titles import DemoTitle, load_titles
from catlog.demo.viewer import live
from catlog.errors import InvalidArgumentError
from catlog.etl.history import load_series
from catlog.etl.timeseries import SeriesRow
from catlog.jikan.schema import AnimeRecord, Genre, GenreKind
from catlog.library.entries import Origin
from catlog.library.writer import edit
from catlog.progress import Report, silent
from catlog.redaction import seen_of_database

SOURCE = "simulated"
"""The source of the demo's history in the run log."""

USER = "demo"
"""The user of the demo."""

DAYS = 400

_WEEKS_DATED = 52


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo library: its URL without a password, its figures, and whether this call built it."""

    url: str
    titles: int
    days: int
    snapshots: int
    last_day: date
    built: bool


def demo_url(settings: Settings) -> str:
    """Return the URL of the demo's own database, under the cache folder."""
    return f"sqlite:///{settings.paths.cache / 'demo.sqlite'}"


def build_demo(url: str, settings: Settings, *, reset: bool = False, report: Report = silent) -> Demo:
    """Build the demo library at `url`, or open the existing one; `reset` rebuilds it. Signs in its user.

    Raises InvalidArgumentError when the database holds anything but a demo: a real library is never changed.
    """
    database = Database(url, origin="catlog demo")
    try:
        if database.is_sqlite:
            make_ready(database)
        else:
            upgrade(database)
        sources = _sources(database)
        # A demo remains one after ETL runs and statistics.
        if SOURCE not in sources and (sources or any_account(database)):
            raise InvalidArgumentError(
                f"{seen_of_database(url)} holds a real library, which the demo does not touch",
                hint="give --db another database",
            )
        if sources and not reset and _signed_in(database, settings):
            return _described(database, built=False)
        database.run(_empty)
        titles = load_titles()
        _fill(database, titles, report)
        _move_in(database, settings, titles, report)
        return _described(database, built=True)
    finally:
        database.close()


def _signed_in(database: Database, settings: Settings) -> bool:
    """Sign in the demo's user; return False where an interrupted build has left none."""
    account = find_account(database, USER)
    if account is None:
        return False
    remember_session(database, settings, begin_session(database, settings, account.id))
    return True


def _move_in(database: Database, settings: Settings, titles: Sequence[DemoTitle], report: Report) -> None:
    """Register the demo's user with a random password and make their list."""
    password = secrets.token_urlsafe(24)
    zone = settings.zone_of()
    edits = list(live(titles, last_day=zone.today(), zone=zone))
    with clock.stopped_at(edits[0].at - timedelta(days=1)):
        account = register(database, settings, username=USER, email=f"{USER}@localhost", password=password)
    begun = begin_session(database, settings, account.id)
    for number, made in enumerate(edits):
        if number % 20 == 0:
            report("simulating the list", number, len(edits))
        with clock.stopped_at(min(made.at, clock.now())):
            edit(database, begun.signed_in, made.mal_id, *made.edits, origin=Origin.APP)
    remember_session(database, settings, begun)


def _fill(database: Database, titles: Sequence[DemoTitle], report: Report) -> None:
    names = {title.mal_id: title.title for title in titles}
    rows = [
        SeriesRow(
            row.snapshot_date,
            row.mal_id,
            names[row.mal_id],
            row.rank,
            row.score,
            row.scored_by,
            row.members,
            row.popularity,
        )
        for row in simulate(titles, last_day=clock.utc_today(), days=DAYS)
    ]
    run = load_series(database, rows, source=SOURCE, name=f"{DAYS} simulated days", report=report)
    latest = {row.mal_id: row for row in rows}
    with database.write() as session:
        records = [_record(title, latest.get(title.mal_id)) for title in titles]
        write_titles(session.connection(), records, run_id=run.run_id, seen_at=run.start_time)
        upsert(session.connection(), AiredEpisode, ("mal_id", "number", "aired"), _aired(titles, clock.utc_today()))


def _aired(titles: Sequence[DemoTitle], last_day: date) -> Iterator[tuple[int, int, date]]:
    """Yield the aired days of titles that began within a year and still air: one a week, up to `last_day`."""
    for title in titles:
        first = title.aired_from
        if title.status == AIRING_STATUSES["airing"] and title.broadcast_time and first and last_day >= first:
            weeks = (last_day - first).days // 7
            if weeks <= _WEEKS_DATED:
                yield from ((title.mal_id, week + 1, first + timedelta(weeks=week)) for week in range(weeks + 1))


def _record(title: DemoTitle, last: SeriesRow | None) -> AnimeRecord:
    record = AnimeRecord(
        mal_id=title.mal_id,
        title=title.title,
        title_english=title.title_english,
        title_japanese=title.title_japanese,
        synonyms=(),
        type=title.type,
        source=title.source,
        episodes=title.episodes,
        status=title.status,
        aired_from=title.aired_from,
        aired_to=title.aired_to,
        duration=title.duration,
        rating=title.rating,
        score=title.score,
        scored_by=title.scored_by,
        rank=title.rank,
        members=title.members,
        popularity=title.popularity,
        favorites=title.favorites,
        synopsis=title.synopsis,
        season=title.season,
        year=title.year,
        broadcast_day=title.broadcast_day,
        broadcast_time=title.broadcast_time,
        broadcast_timezone="Asia/Tokyo" if title.broadcast_time else None,
        image_url=drawn_covers.address(title.mal_id),
        genres=tuple(_genres(title)),
        studios=title.studios,
        notes=(),
    )
    if last is None:
        return record
    return replace(
        record,
        rank=last.rank,
        score=last.score,
        scored_by=last.scored_by,
        members=last.members,
        popularity=last.popularity,
    )


def _genres(title: DemoTitle) -> Iterator[Genre]:
    kinds: tuple[tuple[GenreKind, tuple[str, ...]], ...] = (
        ("genre", title.genres),
        ("theme", title.themes),
        ("demographic", title.demographics),
    )
    for kind, names in kinds:
        yield from (Genre(name, kind) for name in names)


def _sources(database: Database) -> set[str]:
    with database.read() as session:
        return set(session.exec(select(EtlLogs.source)))


def _empty(session: Session) -> None:
    register_all()
    for table in reversed(METADATA.sorted_tables):
        session.connection().execute(delete(table))


def _described(database: Database, *, built: bool) -> Demo:
    found = take_inventory(database)
    assert found.last_day is not None, "a demo has snapshots"
    return Demo(found.url, found.titles or 0, found.days or 0, found.snapshots or 0, found.last_day, built)

"""A library of nothing but hostile strings, as a database would have it that others write to."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from catlog.config import Settings
from catlog.db.models import (
    ActivityLog,
    AnimeGenre,
    CompanionDeeds,
    EtlLogs,
    EtlRejects,
    ProcessedAnime,
    User,
    UserAnime,
)
from catlog.db.session import Database
from tests.tui.harness import NOW
from tests.tui.ops.runs import fill as fill_runs

FIRST_ID = 1_000_000
"""The ids of the titles that are added begin here."""

TEXTS: tuple[tuple[Any, str, tuple[str, ...]], ...] = (
    (ProcessedAnime, "mal_id", ("title",)),
    (ProcessedAnime, "mal_id", ("title_english", "title_japanese", "synopsis", "duration", "source", "rating")),
    (UserAnime, "id", ("notes",)),
    (EtlLogs, "run_id", ("error_message", "source", "host", "holder")),
    (EtlRejects, "id", ("reason", "excerpt")),
    (User, "id", ("username",)),
)
LISTS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (ProcessedAnime, ("synonyms", "studios")),
    (UserAnime, ("tags",)),
    (EtlLogs, ("notes",)),
)


def fill_with(settings: Settings, strings: Sequence[str], titles: int) -> None:
    """Replace every text of the demo library by the strings, in turn, and have at least that many `titles`.

    Nothing cleans them on this way.
    """
    database = Database(settings.database_url)
    fill_runs(database)
    # No database takes lone surrogates: they come through JSON and arguments alone.
    texts = itertools.cycle([string.encode("utf-8", "ignore").decode() for string in strings])
    with database.write() as session:
        _more_titles(session, titles)
        for table, key, names in TEXTS:
            _overwrite(session, table, key, names, texts)
        for table, names in LISTS:
            for row in session.scalars(select(table)):
                for name in names:
                    setattr(row, name, list(itertools.islice(texts, 3)))
        for row in session.scalars(select(ActivityLog)).all():
            row.after = (row.after or {}) | {"notes": next(texts), "tags": [next(texts)]}
        genres = session.scalars(select(col(AnimeGenre.genre)).distinct()).all()
        for genre in genres:
            session.execute(update(AnimeGenre).where(col(AnimeGenre.genre) == genre).values(genre=next(texts)))
        owner = session.scalars(select(col(User.id))).one() or 0
        session.add(CompanionDeeds(user_id=owner, at=NOW, kind="name", value=next(texts)))
    database.close()


def _more_titles(session: Session, count: int) -> None:
    known = session.scalars(select(ProcessedAnime)).all()
    mine = session.scalars(select(UserAnime)).first()
    assert mine is not None
    for number in range(len(known), count):
        of, mal_id = known[number % len(known)], FIRST_ID + number
        session.add(ProcessedAnime(**{**of.model_dump(), "mal_id": mal_id}))
        session.flush()
        session.add(UserAnime(**{**mine.model_dump(exclude={"id"}), "mal_id": mal_id}))


def _overwrite(
    session: Session,
    table: Any,  # noqa: ANN401 - any of the tables
    key: str,
    names: tuple[str, ...],
    texts: Iterator[str],
) -> None:
    for row in session.scalars(select(table).order_by(getattr(table, key))):
        for name in names:
            setattr(row, name, next(texts))

"""The database of a web CatLog, with the tables that its Prisma schema made: a real one, to be imported from."""

from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

_SCHEMA = """
create type "AnimeStatus" as enum ('WATCHING', 'COMPLETED', 'ON_HOLD', 'DROPPED', 'PLAN_TO_WATCH');
create table "User" (
    id serial primary key, username text not null unique, password text not null, email text not null unique,
    "createdAt" timestamp(3) not null default current_timestamp, "updatedAt" timestamp(3) not null);
create table "Anime" (
    id serial primary key, "malId" integer not null unique, title text not null, "titleEnglish" text, description text,
    "imageUrl" text, genres text[], episodes integer, status text not null, score double precision, year integer,
    rating text, studios text[], "createdAt" timestamp(3) not null default current_timestamp,
    "updatedAt" timestamp(3) not null);
create table "UserAnime" (
    id serial primary key, "userId" integer not null references "User" (id) on delete cascade,
    "animeId" integer not null references "Anime" (id), status "AnimeStatus" not null default 'PLAN_TO_WATCH',
    "personalRating" smallint, notes text, "episodesWatched" integer default 0, "startDate" timestamp(3),
    "completedDate" timestamp(3), "isFavorite" boolean not null default false, tags text[],
    "createdAt" timestamp(3) not null default current_timestamp, "updatedAt" timestamp(3) not null,
    unique ("userId", "animeId"));
create table "DailyRankings" (
    id serial primary key, "malId" integer not null, "snapshotDate" timestamp(3) not null, rank integer,
    score double precision, "scoredBy" integer, members integer, popularity integer, genres text[], "etlRunId" text,
    unique ("malId", "snapshotDate"));
"""


class WebCatLog:
    """Fills such a database; `url` is a SQLAlchemy URL."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._run(_SCHEMA)

    def alter(self, statement: str) -> None:
        """Change the schema."""
        self._run(statement)

    def user(self, username: str, email: str, password: str, at: datetime, **columns: object) -> int:
        """Add a user who registered at `at`, and return the id; `password` is a hash, `columns` are further ones."""
        known = {"username": username, "email": email, "password": password, "createdAt": at, "updatedAt": at}
        return self._insert("User", {**known, **columns})

    def anime(self, mal_id: int, title: str, episodes: int | None, at: datetime) -> int:
        """Add an anime and return its id, which is not its MAL id."""
        facts = {
            "malId": mal_id,
            "title": title,
            "episodes": episodes,
            "status": "Finished Airing",
            "genres": ["Drama"],
        }
        return self._insert("Anime", {**facts, "createdAt": at, "updatedAt": at})

    def entry(self, user: int, anime: int, at: datetime, **columns: object) -> int:
        """Add an entry of a list; `columns` by their names there."""
        return self._insert(
            "UserAnime", {"userId": user, "animeId": anime, "createdAt": at, "updatedAt": at, **columns}
        )

    def ranking(self, mal_id: int, day: datetime, rank: int | None, score: float | None) -> int:
        """Add a snapshot."""
        return self._insert("DailyRankings", {"malId": mal_id, "snapshotDate": day, "rank": rank, "score": score})

    def _insert(self, table: str, columns: dict[str, Any]) -> int:
        names = ", ".join(f'"{name}"' for name in columns)
        marks = ", ".join(["%s"] * len(columns))
        statement = f'insert into "{table}" ({names}) values ({marks}) returning id'
        [found] = self._run(statement, list(columns.values()))
        return int(found)

    def _run(self, statement: str, values: list[Any] | None = None) -> tuple[Any, ...]:
        with psycopg.connect(self._conninfo) as connection:
            cursor = connection.execute(statement.encode(), values)
            return (cursor.fetchone() or ()) if cursor.description else ()

"""The catalogue: every anime from any source (ETL, search, import)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Column, Index

from catlog.db.declaration import Field, TableModel
from catlog.db.types import UtcDateTime


class ProcessedAnime(TableModel, table=True):
    """One anime with its latest facts; unknown is NULL, never 0 or an empty text."""

    __tablename__ = "ProcessedAnime"
    __table_args__ = (Index("ix_ProcessedAnime_rank", "rank"),)

    mal_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    title: str
    title_english: str | None = None
    title_japanese: str | None = None
    synonyms: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    type: str | None = None
    source: str | None = None
    status: str | None = None
    episodes: int | None = None
    duration: str | None = None
    rating: str | None = None
    score: float | None = None
    scored_by: int | None = None
    rank: int | None = None
    members: int | None = None
    popularity: int | None = None
    favorites: int | None = None
    aired_from: date | None = None
    aired_to: date | None = None
    season: str | None = None
    year: int | None = None
    broadcast_day: str | None = None
    broadcast_time: str | None = None
    broadcast_timezone: str | None = None
    studios: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    image_url: str | None = None
    synopsis: str | None = None
    processed_at: datetime = Field(sa_type=UtcDateTime)
    etl_run_id: str | None = None


class AnimeGenre(TableModel, table=True):
    """One genre, theme or demographic of one anime: a row, so that both databases can filter by it."""

    __tablename__ = "AnimeGenre"
    __table_args__ = (Index("ix_AnimeGenre_genre", "genre"),)

    mal_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    genre: str = Field(primary_key=True)
    kind: str


class AiredEpisode(TableModel, table=True):
    """The day one episode of one anime aired or will air, in the zone of its broadcast, as in the source."""

    __tablename__ = "AiredEpisode"

    mal_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    aired: date


class TitleRequest(TableModel, table=True):
    """The last request for one anime whose answer left gaps, so that it is not repeated for every list.

    `outcome` is one of `catlog.library.gaps.Outcome`, `reason` its words, `host` the source.
    """

    __tablename__ = "TitleRequest"

    mal_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    asked_at: datetime = Field(sa_type=UtcDateTime)
    outcome: str
    reason: str
    host: str


class CatalogueState(TableModel, table=True):
    """The version of the catalogue in one row (id 1): `version` is a new random word after every write.

    In-memory copies of the catalogue are outdated when it differs.
    """

    __tablename__ = "CatalogueState"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    version: str

"""What the ETL stores in addition to the rankings: the run log, raw pages, and rejected records."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Column, Index, LargeBinary

from catlog.db.declaration import Field, TableModel
from catlog.db.types import UtcDateTime

RUNNING, SUCCESS, PARTIAL, FAILED = "RUNNING", "SUCCESS", "PARTIAL", "FAILED"
"""The values of `EtlLogs.status`."""


class EtlLogs(TableModel, table=True):
    """One run of the ETL: its requests, its counts and its result.

    status: RUNNING, SUCCESS, PARTIAL (pages stored, resumable, never shown as the day's chart), FAILED.
    pipeline_step: EXTRACT, TRANSFORM or LOAD, the current or last step. `pages` counts stored pages.
    """

    __tablename__ = "EtlLogs"
    __table_args__ = (Index("ix_EtlLogs_startTime", "start_time"),)

    id: int | None = Field(default=None, primary_key=True)
    run_id: str = Field(unique=True)
    source: str
    host: str | None = None
    snapshot_date: date | None = None
    status: str
    pipeline_step: str
    holder: str
    start_time: datetime = Field(sa_type=UtcDateTime)
    heartbeat_at: datetime = Field(sa_type=UtcDateTime)
    end_time: datetime | None = Field(default=None, sa_type=UtcDateTime)
    pages_asked: int | None = None
    pages: int = 0
    received: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    rows_processed: int = 0
    shifted: bool = False
    degraded: bool = False
    notes: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    error_message: str | None = None


class RawAnimeData(TableModel, table=True):
    """One response of the source, stored unparsed: `body` is zlib-compressed, `sha256` of the plain bytes."""

    __tablename__ = "RawAnimeData"
    __table_args__ = (Index("ix_RawAnimeData_etlRunId_page", "etl_run_id", "page"),)

    id: int | None = Field(default=None, primary_key=True)
    etl_run_id: str
    page: int
    source_api: str
    url: str
    http_status: int
    ingested_at: datetime = Field(sa_type=UtcDateTime)
    headers: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sha256: str


class EtlRejects(TableModel, table=True):
    """One rejected record: its place, the reason, and an excerpt."""

    __tablename__ = "EtlRejects"
    __table_args__ = (Index("ix_EtlRejects_etlRunId", "etl_run_id"),)

    id: int | None = Field(default=None, primary_key=True)
    etl_run_id: str
    page: int
    position: int
    mal_id: int | None = None
    reason: str
    sha256: str
    excerpt: str

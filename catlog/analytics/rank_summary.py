"""The rank of one title today, its change in a week and its course: what a preview next to a list shows."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from catlog.analytics.history import history
from catlog.analytics.records import SUMMARY_DAYS, RankSummary
from catlog.db.models import ProcessedAnime

_WEEK = timedelta(days=7)


def rank_summary(session: Session, mal_id: int) -> RankSummary:
    """Return the summary of a title; all of it is unknown for one that neither catalogue nor charts have.

    `rank` is that of the latest snapshot with one in `SUMMARY_DAYS` days, else the catalogue's.
    """
    columns = (col(ProcessedAnime.rank), col(ProcessedAnime.synopsis))
    row = session.connection().execute(select(*columns).where(col(ProcessedAnime.mal_id) == mal_id)).first()
    rank, synopsis = row if row is not None else (None, None)
    days = history(session, mal_id, days=SUMMARY_DAYS).rows
    ranked = [(day.snapshot_date, day.rank) for day in days if day.rank is not None]
    change = None
    if ranked:
        latest, rank = ranked[-1]
        change = next(rank for day, rank in ranked if latest - day <= _WEEK) - rank
    return RankSummary(mal_id, rank, change, tuple(day.rank for day in days), synopsis or "")

"""Indexes with options of one database, apart from their tables: an option for PostgreSQL loads its dialect.

That takes 45 ms, which commands on SQLite should not pay; only schema code needs these indexes.
"""

from __future__ import annotations

from sqlalchemy import Index, text

from catlog.db.models.rankings import TOP_INDEXED, DailyRankings
from catlog.db.naming import table_of

_RANKINGS = table_of(DailyRankings)
_ID, _DAY, _RANK = _RANKINGS.c.mal_id, _RANKINGS.c.snapshot_date, _RANKINGS.c.rank
_TOP = text(f"rank <= {TOP_INDEXED}")

Index("ix_DailyRankings_day_rank", _DAY, _RANK, postgresql_include=[_ID])
Index("ix_DailyRankings_top", _ID, _DAY, _RANK, sqlite_where=_TOP, postgresql_where=_TOP)

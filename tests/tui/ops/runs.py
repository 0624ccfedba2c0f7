"""A run log to look at: every way a run can end, with ids and times that never change."""

from datetime import timedelta
from typing import Any

from catlog.db.models import EtlLogs, EtlRejects
from catlog.db.session import Database
from tests.tui.harness import NOW

SEEN = "20261122T120000-0004"
"""The id of the run that has rejects."""


def _run(number: int, hours_ago: float, seconds: float | None, **values: object) -> EtlLogs:
    start = NOW - timedelta(hours=hours_ago)
    row: dict[str, Any] = {
        "run_id": f"{start:%Y%m%dT%H%M%S}-{number:04}",
        "source": "rankings",
        "host": "jikan.example",
        "snapshot_date": start.date(),
        "status": "SUCCESS",
        "pipeline_step": "LOAD",
        "holder": "elsewhere:42",
        "start_time": start,
        "heartbeat_at": start + timedelta(seconds=seconds or 0),
        "end_time": None if seconds is None else start + timedelta(seconds=seconds),
        "pages_asked": 4,
        "pages": 4,
    }
    return EtlLogs(**row | values)


def fill(database: Database, **of_the_seen: object) -> None:
    """Write five runs and the rejects of one; `of_the_seen` are further columns of that one."""
    found = {"received": 100, "accepted": 100, "rows_processed": 100}
    seen = {**found, "accepted": 96, "rejected": 3, "duplicates": 1, "rows_processed": 96, "degraded": True}
    seen["notes"] = ["3 % of the entries were rejected", "came more than once, counted once: 52991"]
    rows = [
        _run(1, 54, 3.9, **found),
        _run(2, 30, 4.2, **found),
        _run(3, 7, 12.5, status="PARTIAL", pages=2, error_message="jikan.example: 504 after 5 tries"),
        _run(4, 6, 4.6, **{**seen, **of_the_seen}),
        _run(5, 5, 75.0, source="airing", pages_asked=None, pages=0, status="FAILED", error_message="cancelled"),
        _run(6, 0.01, None, source="seasonal", pages_asked=12, pages=7, status="RUNNING", pipeline_step="EXTRACT"),
    ]
    reasons = ["mal_id: missing", "mal_id: missing", "title: missing"]
    with database.write() as session:
        session.add_all(rows)
        for position, reason in enumerate(reasons, 11):
            session.add(
                EtlRejects(
                    etl_run_id=SEEN,
                    page=2,
                    position=position,
                    mal_id=None if reason.startswith("mal_id") else 5114,
                    reason=reason,
                    sha256="0" * 64,
                    excerpt='{"type": "TV", "episodes": 64, "score": 9.1}',
                )
            )

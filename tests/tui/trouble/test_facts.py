"""The bar tells when the chart of its day was fetched, whatever other runs of that day did later."""

from datetime import UTC, datetime, timedelta

from catlog import clock
from catlog.config import Settings
from catlog.db.models import DailyRankings, EtlLogs
from catlog.db.ranking_days import refresh_days
from catlog.db.session import Database
from catlog.etl.runlog import SUCCESS
from catlog.etl.sources import RANKINGS
from catlog.tui.backend import Backend
from catlog.tui.queries import read_status

NOON = datetime(2026, 5, 31, 12, tzinfo=UTC)


def run(name: str, source: str, begin: datetime) -> EtlLogs:
    return EtlLogs(
        run_id=name, source=source, snapshot_date=begin.date(), status=SUCCESS, pipeline_step="LOAD", holder="tests",
        start_time=begin, heartbeat_at=begin, end_time=begin + timedelta(minutes=2), rows_processed=20,
    )  # fmt: skip


def test_the_bar_tells_when_the_chart_was_fetched(local: Settings) -> None:
    database = Database(local.database_url)
    with database.write() as session:
        session.add(run("chart", RANKINGS, NOON))
        session.add(run("airing", "airing", NOON + timedelta(hours=3)))
        session.add(run("stayed", RANKINGS, NOON + timedelta(hours=5)))
        for place in range(1, 21):
            session.add(DailyRankings(mal_id=place, snapshot_date=NOON.date(), rank=place, score=8, etl_run_id="chart"))
        session.add(DailyRankings(mal_id=999, snapshot_date=NOON.date(), rank=900, score=7, etl_run_id="airing"))
        session.flush()
        refresh_days(session.connection(), [NOON.date()])
    database.close()
    with clock.stopped_at(NOON + timedelta(hours=6)):
        services = Backend(local)
        facts = read_status(services)
        services.close()
    assert (facts.ranks_day, facts.ranks_at) == (NOON.date(), NOON)

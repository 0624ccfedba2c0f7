"""The demo library is built once, whole, beside the real one, and never over it."""

from datetime import UTC, datetime

import pytest
from sqlmodel import col, func, select

from catlog import clock
from catlog.accounts.identity import current_user
from catlog.accounts.users import register
from catlog.config import Settings, load_settings
from catlog.db.models import ActivityLog, DailyRankings, EtlLogs, UserAnime
from catlog.db.session import Database
from catlog.demo.build import SOURCE, USER, build_demo
from catlog.errors import InvalidArgumentError
from catlog.etl import runlog
from catlog.library.listing import load_list
from catlog.library.status import violation
from catlog.library.store import load_entries
from tests.support.ranking_days import days_that_fit

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


@pytest.fixture
def settings() -> Settings:
    """Return the settings of the test's own home."""
    return load_settings()


def test_a_demo_has_a_history_and_a_signed_in_user_with_a_lived_in_list(database: Database, settings: Settings) -> None:
    with clock.stopped_at(NOW):
        demo = build_demo(database.url, settings)
        assert (demo.built, demo.last_day) == (True, NOW.date())
        owner = current_user(database, settings)
    assert owner.username == USER
    with database.read() as session:
        assert session.exec(select(EtlLogs.source).distinct()).all() == [SOURCE]
        rows = load_list(session, owner.user_id)
        assert {row.status for row in rows} == {"WATCHING", "COMPLETED", "PLAN_TO_WATCH", "ON_HOLD", "DROPPED"}
        lengths = {row.mal_id: row.episodes for row in rows}
        entries = load_entries(session, owner.user_id)
        assert [violation(entry, lengths[mal_id]) for mal_id, entry in entries.items()] == [None] * len(rows)
        days = session.exec(select(func.count(func.distinct(func.date(ActivityLog.at))))).one()
        assert days > 200
        assert session.exec(select(func.max(ActivityLog.at))).one() <= NOW
        assert session.exec(select(func.count()).select_from(DailyRankings)).one() == demo.snapshots > 40_000

    depths = list(days_that_fit(database).values())
    assert min(depths[-60:]) >= 50, "the questions of the app are about the top 50"

    with clock.stopped_at(NOW):
        again = build_demo(database.url, settings)
    assert not again.built
    assert again.snapshots == demo.snapshots

    with clock.stopped_at(NOW):
        anew = build_demo(database.url, settings, reset=True)
        assert anew.built
        owner = current_user(database, settings)
    with database.read() as session:
        again_rows = [row[:4] for row in load_list(session, owner.user_id)]
    assert again_rows == [row[:4] for row in rows]


def test_a_demo_in_which_something_was_run_is_still_one(database: Database, settings: Settings) -> None:
    build_demo(database.url, settings)
    runlog.begin(database, "rankings", snapshot_date=NOW.date())
    assert not build_demo(database.url, settings).built


def test_a_library_that_has_accounts_and_nothing_else_is_a_real_one(database: Database, settings: Settings) -> None:
    register(database, settings, username="mika", email="mika@example.org", password="correct horse battery")
    with pytest.raises(InvalidArgumentError, match="real library"):
        build_demo(database.url, settings, reset=True)


def test_a_real_library_is_not_touched(database: Database, settings: Settings) -> None:
    run = runlog.begin(database, "rankings", snapshot_date=NOW.date())
    with pytest.raises(InvalidArgumentError, match="real library"):
        build_demo(database.url, settings, reset=True)
    with database.read() as session:
        assert session.exec(select(EtlLogs.run_id)).all() == [run.run_id]
        assert session.exec(select(col(UserAnime.id))).all() == []

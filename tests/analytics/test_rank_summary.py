"""The summary of one title's ranks: which day counts, what a week is, and what is said of a title nobody knows."""

from datetime import date, timedelta

from catlog.analytics.rank_summary import rank_summary
from catlog.analytics.records import SUMMARY_DAYS, RankSummary
from catlog.db.session import Database
from tests.analytics.series import FIRST_DAY, Snap, fill


def day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number)


def test_the_change_is_that_since_the_first_rank_of_the_last_week(database: Database) -> None:
    snaps = [Snap(1, day(0), 30), Snap(1, day(3), 20), Snap(1, day(5), None), Snap(1, day(10), 12)]
    fill(database, [*snaps, Snap(1, day(11), None)], [1])
    with database.read() as session:
        assert rank_summary(session, 1) == RankSummary(1, 12, 8, (30, 20, None, 12, None))


def test_one_rank_alone_is_no_change_and_older_days_are_left_out(database: Database) -> None:
    fill(database, [Snap(1, day(0), 5), Snap(1, day(SUMMARY_DAYS + 1), 7)], [1])
    with database.read() as session:
        assert rank_summary(session, 1) == RankSummary(1, 7, 0, (7,))


def test_of_a_title_nobody_knows_nothing_is_said(database: Database) -> None:
    with database.read() as session:
        assert rank_summary(session, 1) == RankSummary(1)

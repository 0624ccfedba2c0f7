"""How the titles of a list stand on the chart."""

from datetime import date, timedelta

from catlog.analytics.records import Standing
from catlog.analytics.standing import read_standing
from catlog.db.session import Database
from tests.analytics.series import FIRST_DAY, Snap, fill


def day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number)


def test_each_title_with_two_ranks_rose_fell_or_stayed(database: Database) -> None:
    then = [Snap(1, day(1), 9), Snap(2, day(1), 3), Snap(3, day(1), 5), Snap(4, day(1), 8), Snap(6, day(1), 20)]
    now = [Snap(1, day(8), 4), Snap(2, day(8), 6), Snap(3, day(8), 5), Snap(5, day(8), 1), Snap(6, day(8), 19)]
    fill(database, [*then, *now], [1, 2, 3, 4, 5, 6])
    with database.read() as session:
        standing = read_standing(session, {1, 2, 3, 4, 5, 77}, day(1), day(8))
        assert standing == Standing(entries=6, rose=1, fell=1, stayed=1, highest=(1, 4))
        assert standing.ranked == 3
        assert read_standing(session, set(), day(1), day(8)) == Standing(0)


def test_the_record_is_the_best_rank_of_those_that_never_had_a_better_or_equal_one(database: Database) -> None:
    before = [Snap(1, day(0), 2), Snap(2, day(0), 40), Snap(3, day(0), 30), Snap(4, day(0), 12)]
    then = [Snap(1, day(1), 9), Snap(2, day(1), 20), Snap(3, day(1), 35), Snap(4, day(1), 14)]
    now = [Snap(1, day(8), 3), Snap(2, day(8), 15), Snap(3, day(8), 28), Snap(4, day(8), 12)]
    fill(database, [*before, *then, *now], [1, 2, 3, 4])
    with database.read() as session:
        assert read_standing(session, {1, 2, 3, 4}, day(1), day(8)).highest == (2, 15)
        assert read_standing(session, {1, 4}, day(1), day(8)).highest is None

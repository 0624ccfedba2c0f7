"""Random walks that go nowhere are seldom called a trend, and real drifts are found."""

import numpy as np
import pytest

from catlog.analytics.duckdb_engine.drift import test_drift as drift_of  # its own name would be collected
from catlog.analytics.duckdb_engine.series import Block
from catlog.analytics.duckdb_engine.significance import q_values
from tests.support.walks import walks

WALKS = 2000


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("points", [15, 30, 90, 365])
def test_walks_without_a_drift_are_called_significant_as_often_as_they_should(points: int, gaps: bool) -> None:
    share = (drift_of(walks(WALKS, points, 0, gaps=gaps)).p < 0.05).mean()
    assert 0.03 <= share <= 0.08


def test_a_drift_of_half_a_deviation_a_day_is_found() -> None:
    assert (drift_of(walks(WALKS, 90, 0.5)).p < 0.05).mean() >= 0.95


def test_few_of_many_walks_without_a_drift_are_discoveries() -> None:
    assert (q_values(drift_of(walks(WALKS, 90, 0)).p) < 0.05).sum() <= WALKS / 1000


@pytest.mark.parametrize("points", [15, 90])
def test_the_interval_holds_the_drift_nineteen_times_of_twenty(points: int) -> None:
    found = drift_of(walks(WALKS, points, 0.2))
    held = (found.low <= 20) & (found.high >= 20)
    assert 0.92 <= held.mean() <= 0.97


def test_a_series_that_flips_to_and_fro_is_not_certain() -> None:
    days = np.arange(60)[None]
    flips = Block(np.array([1]), days, np.where(days % 2, 10, 0) + np.array([[0] * 59 + [1]]))
    found = drift_of(flips)
    assert found.stderr[0] > 0
    assert found.p[0] > 0.05

"""The statistics that the embedded engine brings along, against scipy's."""

import numpy as np
import pytest
from scipy import stats

from catlog.analytics.duckdb_engine.correlation import doubled_ranks
from catlog.analytics.duckdb_engine.significance import q_values
from catlog.analytics.duckdb_engine.student import two_sided, upper_quantile

RNG = np.random.default_rng(5)


@pytest.mark.parametrize("scale", [1e-6, 0.1, 1, 5, 40])
def test_p_values_are_student_s(scale: float) -> None:
    t, freedom = RNG.standard_normal(3000) * scale, RNG.integers(1, 2000, 3000)
    expected = 2 * stats.t.sf(np.abs(t), freedom)
    told = expected > 1e-290
    assert told.sum() > 1000
    # Far from every tail scipy itself is a billionth off.
    np.testing.assert_allclose(two_sided(t, freedom)[told], expected[told], rtol=1e-10 if scale > 1e-3 else 1e-9)


def test_p_values_of_nothing_and_of_far_too_much() -> None:
    freedom = np.array([1, 5, 50])
    assert two_sided(np.zeros(3), freedom).tolist() == [1, 1, 1]
    assert two_sided(np.full(3, 1e200), freedom)[1:].tolist() == [0, 0]


def test_quantiles_are_student_s() -> None:
    freedom = np.arange(1, 1500)
    np.testing.assert_allclose(upper_quantile(0.025, freedom), stats.t.isf(0.025, freedom), rtol=1e-11)
    assert upper_quantile(0.025, np.zeros(0, np.int64)).tolist() == []


@pytest.mark.parametrize("tests", [1, 2, 500])
def test_q_values_are_benjamini_and_hochberg_s(tests: int) -> None:
    p = np.round(RNG.random(tests) ** 3, 2)  # with ties, zeros and ones
    np.testing.assert_allclose(q_values(p), stats.false_discovery_control(p), rtol=1e-14)


def test_q_values_of_no_test_are_none() -> None:
    assert q_values(np.zeros(0)).tolist() == []


def test_ranks_share_the_mean_on_ties_and_leave_out_what_is_not_there() -> None:
    values = RNG.integers(-5, 5, (40, 60))
    there = RNG.random((40, 60)) < 0.7
    there[:, 0] = False
    found = doubled_ranks(values, there)
    for column in range(60):
        some = there[:, column]
        assert found[some, column].tolist() == (2 * stats.rankdata(values[some, column])).tolist()
        assert not found[~some, column].any()

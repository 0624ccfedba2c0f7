"""Student's t by closed sums against scipy, down to the smallest probabilities; q-values."""

import math

import numpy as np
import pytest
from scipy import stats

from spark.student import in_families, quantile, two_sided


@pytest.mark.parametrize("freedom", [2, 3, 5, 6, 11, 24, 61, 86, 199, 361])
def test_probabilities_keep_their_relative_precision(freedom: int) -> None:
    t = np.concatenate([[0.0, 1e-9], np.geomspace(1e-3, 200, 150)])
    expected = 2 * stats.t.sf(t, freedom)
    shown = expected > 1e-280
    found = two_sided(t, np.full(len(t), freedom))
    assert found[shown] == pytest.approx(expected[shown], rel=1e-11)
    assert (two_sided(-t, np.full(len(t), freedom)) == found).all()


def test_one_degree_of_freedom_is_an_angle() -> None:
    t = np.geomspace(1e-3, 1e6, 40)
    expected = [2 / math.pi * math.atan2(1, each) for each in t]
    assert two_sided(t, np.ones(len(t), np.int64)) == pytest.approx(expected, rel=1e-11)


def test_an_infinite_t_has_no_chance() -> None:
    assert two_sided(np.array([np.inf, -np.inf]), np.array([6, 7])).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("probability", [0.6, 0.95, 0.975, 0.9995])
def test_quantiles_are_those_of_scipy(probability: float) -> None:
    found = [quantile(probability, nu) for nu in range(1, 120, 7)]
    assert found == pytest.approx(stats.t.ppf(probability, np.arange(1, 120, 7)), rel=1e-11)


def test_each_family_is_corrected_by_itself() -> None:
    rng = np.random.default_rng(5)
    p = rng.random(300) ** 3
    metric = np.array(["rank", "score"] * 150)
    window = np.repeat([7, 14, 30], 100)
    q = in_families(p, metric, window)
    for name in ("rank", "score"):
        for days in (7, 14, 30):
            family = (metric == name) & (window == days)
            assert q[family] == pytest.approx(stats.false_discovery_control(p[family]), rel=1e-14)


def test_no_tests_need_no_correction() -> None:
    assert len(in_families(np.zeros(0), np.zeros(0, str), np.zeros(0, np.int64))) == 0

"""How often the test of trends calls a random walk a trend, and how often it finds a real drift.

Of walks without a drift, 3 to 8 in a hundred should have a p-value below 0.05; of walks over 90 days that drift by half
a standard deviation a day, at least 95. An ordinary t-test of the slope is printed too, to show why it is not used.
"""

from __future__ import annotations

import argparse

import numpy as np
from scipy import stats

from catlog.analytics.duckdb_engine.drift import test_drift
from catlog.analytics.duckdb_engine.series import Block
from catlog.analytics.duckdb_engine.significance import q_values
from tests.support.walks import walks

CASES = ((15, 0.0), (30, 0.0), (90, 0.0), (365, 0.0), (90, 0.5))
"""Points of a walk, and its drift in standard deviations a day."""


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.walks", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--walks", type=int, default=2000, help="how many of each kind")
    count = parser.parse_args().walks
    figures = f"{'p < 0.05':>9} {'q < 0.05':>9} {'in interval':>12} {'slope t-test':>13}"
    print(f"{'points':>6} {'drift':>6} {'gaps':>5} {figures}")
    for points, drift in CASES:
        for gaps in (False, True):
            block = walks(count, points, drift, gaps=gaps)
            found = test_drift(block)
            held = (found.low <= 100 * drift) & (100 * drift <= found.high)
            shares = [(found.p < 0.05).mean(), (q_values(found.p) < 0.05).mean(), held.mean(), _naive(block)]
            figures = " ".join(f"{share:{width}.1%}" for share, width in zip(shares, (9, 9, 12, 13), strict=True))
            print(f"{points:6} {drift:6} {'yes' if gaps else 'no':>5} {figures}")


def _naive(block: Block) -> float:
    """Return the share that a t-test of the slope of least squares calls significant."""
    tests = [stats.linregress(days, values) for days, values in zip(block.days, block.values, strict=True)]
    return float(np.mean([test.pvalue < 0.05 for test in tests]))


if __name__ == "__main__":
    main()

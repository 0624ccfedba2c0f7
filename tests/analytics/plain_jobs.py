"""The stage-two jobs once more, straight from their definitions, with loops and scipy: the referee of the engines.

Each takes the rows of a snapshot and returns rows as dictionaries named like the columns; nothing is shared with an
engine.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import date
from itertools import combinations, pairwise
from typing import Any

import numpy as np
from scipy import stats

from tests.support.snapshots import Row

Found = list[dict[str, Any]]
RANK, SCORE, VOTES, MEMBERS = 2, 3, 4, 5
METRICS = (("rank", RANK, 1), ("score", SCORE, 100))


def by_title(rows: Sequence[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row[:2]):
        found[row[0]].append(row)
    return found


def inside(series: Sequence[Row], day: date, window: int) -> list[Row]:
    return [row for row in series if 0 <= (day - row[1]).days <= window]


def known(series: Sequence[Row], measure: int) -> list[Row]:
    return [row for row in series if row[measure] is not None]


def mean(values: Sequence[Any]) -> float | None:
    return sum(values) / len(values) if values else None


def change(series: Sequence[Row], measure: int) -> int | None:
    """Return the last value less the baseline's, None without either."""
    having = known(series, measure)
    if not having or having[-1] is not series[-1] or len(having) < 2:
        return None
    change: int = having[-1][measure] - having[0][measure]  # type: ignore[operator]  # known to both
    return change


def over(value: float | None, unit: int) -> float | None:
    return None if value is None else value / unit


def momentum(rows: Sequence[Row], windows: Sequence[int], as_of: date) -> Found:
    found: Found = []
    for mal_id, series in by_title(rows).items():
        for row in series:
            for window in windows:
                some = inside(series, row[1], window)
                gain, places = change(some, SCORE), change(some, RANK)
                found.append(
                    {
                        "malId": mal_id,
                        "snapshotDate": row[1],
                        "windowDays": window,
                        "n": len(some),
                        "rankMean": mean([each[RANK] for each in known(some, RANK)]),
                        "scoreMean": over(mean([each[SCORE] for each in known(some, SCORE)]), 100),
                        "rankChange": None if places is None else -places,
                        "scoreChange": over(gain, 100),
                        "membersChange": change(some, MEMBERS),
                        "gain": gain,
                    }
                )
    gains: dict[tuple[date, int], list[int]] = defaultdict(list)
    for row in found:
        if row["gain"] is not None:
            gains[row["snapshotDate"], row["windowDays"]].append(row["gain"])
    for row in found:
        like, gain = gains[row["snapshotDate"], row["windowDays"]], row.pop("gain")
        spread = np.std(like, ddof=1) if len(like) >= 3 else 0
        row["momentumZ"] = (gain - np.mean(like)) / spread if spread and gain is not None else None
    return found


def volatility(rows: Sequence[Row], windows: Sequence[int], as_of: date) -> Found:
    found: Found = []
    for window in windows:
        some: Found = []
        for mal_id, series in by_title(rows).items():
            mine = inside(series, as_of, window)
            if len(mine) < 3:
                continue
            ranks = [row[RANK] for row in known(mine, RANK)]
            scores = [row[SCORE] for row in known(mine, SCORE)]
            some.append(
                {
                    "malId": mal_id,
                    "windowDays": window,
                    "n": len(mine),
                    "rankStddev": float(np.std(ranks, ddof=1)) if len(ranks) > 1 else None,
                    "rankRange": max(ranks) - min(ranks) if ranks else None,
                    "meanAbsRankChange": mean([abs(b - a) for a, b in pairwise(ranks)]),
                    "scoreStddev": float(np.std(scores, ddof=1)) / 100 if len(scores) > 1 else None,
                }
            )
        sizes = sorted({row["meanAbsRankChange"] for row in some} - {None}, reverse=True)
        for row in some:
            size = row["meanAbsRankChange"]
            row["volatilityRank"] = None if size is None else sizes.index(size) + 1
        found += some
    return found


def percentiles(rows: Sequence[Row], genres: Sequence[tuple[int, str]]) -> Found:
    groups: dict[tuple[date, str], list[Row]] = defaultdict(list)
    titles = by_title(rows)
    for mal_id, genre in set(genres):
        for row in titles.get(mal_id, []):
            groups[row[1], genre].append(row)
    found = []
    for (day, genre), some in groups.items():
        line: dict[str, Any] = {"snapshotDate": day, "genre": genre, "n": len(some)}
        for name, measure, unit, shares in (
            ("score", SCORE, 100, (10, 25, 50, 75, 90)),
            ("rank", RANK, 1, (25, 50, 75)),
        ):
            values = [row[measure] for row in known(some, measure)]
            for share in shares:
                line[f"{name}P{share}"] = float(np.percentile(values, share)) / unit if values else None
        weighed = [(row[SCORE], row[VOTES]) for row in some if row[SCORE] is not None and row[VOTES] is not None]
        votes = sum(v for _, v in weighed)
        line["scoreMeanWeighted"] = sum(s * v for s, v in weighed) / votes / 100 if votes else None
        found.append(line)
    return found


def newey_west(changes: Sequence[int], gaps: Sequence[int]) -> dict[str, float | None]:
    """Return the test of the mean change per day, term by term."""
    m = len(changes)
    drift = sum(changes) / sum(gaps)
    lags = math.floor(4 * (m / 100) ** (2 / 9))
    u = [(c - drift * g) / math.sqrt(g) for c, g in zip(changes, gaps, strict=True)]
    gamma = [sum(u[i] * u[i - k] for i in range(k, m)) / m for k in range(lags + 1)]
    long_run = gamma[0] + 2 * sum((1 - k / (lags + 1)) * gamma[k] for k in range(1, lags + 1))
    freedom = m - lags - 1
    if all(c * gaps[0] == changes[0] * g for c, g in zip(changes, gaps, strict=True)):
        p = 1.0 if drift == 0 else 0.0
        return {"drift": drift, "stderr": 0.0, "tStat": None, "pValue": p, "ciLow": drift, "ciHigh": drift}
    stderr = math.sqrt(m / freedom * max(gamma[0] / 10, long_run) / sum(gaps))
    t = drift / stderr
    reach = stats.t.ppf(0.975, freedom) * stderr
    p = 2 * stats.t.sf(abs(t), freedom)
    return {"drift": drift, "stderr": stderr, "tStat": t, "pValue": p, "ciLow": drift - reach, "ciHigh": drift + reach}


def significance(rows: Sequence[Row], windows: Sequence[int], as_of: date) -> Found:
    found: Found = []
    for metric, measure, unit in METRICS:
        for window in windows:
            some: Found = []
            for mal_id, series in by_title(rows).items():
                mine = known(inside(series, as_of, window), measure)
                if len(mine) < 9:
                    continue
                values = [row[measure] for row in mine]
                days = [(row[1] - mine[0][1]).days for row in mine]
                constant = len(set(values)) == 1
                line = stats.linregress(days, values)
                test = newey_west(np.diff(values).tolist(), np.diff(days).tolist())
                unitless = {"tStat", "pValue"}
                some.append(
                    {
                        "malId": mal_id,
                        "metric": metric,
                        "windowDays": window,
                        "m": len(mine) - 1,
                        "slopePerDay": 0.0 if constant else line.slope / unit,
                        "intercept": line.intercept / unit,
                        "r2": None if constant else line.rvalue**2,
                        "senSlope": stats.theilslopes(values, days).slope / unit,
                        "tau": None if constant else stats.kendalltau(days, values).statistic,
                    }
                    | {name: v if name in unitless else over(v, unit) for name, v in test.items()}
                )
            if some:
                for row, q in zip(some, stats.false_discovery_control([r["pValue"] for r in some]), strict=True):
                    up = row["drift"] < 0 if metric == "rank" else row["drift"] > 0
                    row |= {"qValue": q, "direction": "flat" if q >= 0.05 else "rising" if up else "falling"}
            found += some
    return found


def correlation(rows: Sequence[Row], windows: Sequence[int], as_of: date, top: int, charts: Collection[date]) -> Found:
    titles = by_title(rows)
    chart = sorted(row[0] for row in rows if row[1] == as_of and row[RANK] is not None and row[RANK] <= top)
    found: Found = []
    for metric, measure, _ in METRICS:
        for window in windows:
            days = sorted(day for day in charts if 0 <= (as_of - day).days <= window)
            values = {i: {row[1]: row[measure] for row in known(titles[i], measure)} for i in chart}
            some: Found = []
            for a, b in combinations(chart, 2):
                x, y = [], []
                for before, day in pairwise(days):
                    if all(each in values[i] for i in (a, b) for each in (before, day)):
                        x.append(values[a][day] - values[a][before])
                        y.append(values[b][day] - values[b][before])
                if len(x) < 8 or len(set(x)) == 1 or len(set(y)) == 1:
                    continue
                some.append(
                    {"malIdA": a, "malIdB": b, "metric": metric, "windowDays": window, "n": len(x)}
                    | _coefficients(x, y, stats.pearsonr, stats.spearmanr)
                )
            if some:
                for row, q in zip(some, stats.false_discovery_control([r["pValue"] for r in some]), strict=True):
                    row["qValue"] = q
            found += some
    return found


def _coefficients(
    x: list[int], y: list[int], pearsonr: Callable[..., Any], spearmanr: Callable[..., Any]
) -> dict[str, float]:
    r = float(np.clip(pearsonr(x, y).statistic, -1, 1))
    n = len(x)
    p = 0.0 if abs(r) > 1 - 1e-13 else float(2 * stats.t.sf(abs(r) * math.sqrt((n - 2) / (1 - r * r)), n - 2))
    return {"pearson": r, "spearman": float(spearmanr(x, y).statistic), "pValue": p}

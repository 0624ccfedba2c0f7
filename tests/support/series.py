"""Recorded time series made to order, as `catlog etl import-history` reads them."""

import csv
import io
from collections.abc import Iterable

HEADER = "snapshot_date,mal_id,title,rank,score,scored_by,members,popularity\n"


def line(
    day: str,
    mal_id: object,
    title: str | None = None,
    *,
    rank: object = "",
    score: object = 7.5,
    scored_by: object = 100,
    members: object = 200,
    popularity: object = 300,
) -> str:
    """Return one row; cells that are not text are written as they are."""
    out = io.StringIO()
    shown = f"Title {mal_id}" if title is None else title
    csv.writer(out, lineterminator="\n").writerow(
        [day, mal_id, shown, rank or mal_id, score, scored_by, members, popularity]
    )
    return out.getvalue()


def text(lines: Iterable[str]) -> str:
    """Return a whole file of these rows."""
    return HEADER + "".join(lines)

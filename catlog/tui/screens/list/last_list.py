"""What List shows in the first frame: how it opens, and the part of it that is stored for that."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING

from catlog.tui.screens.list.sorting import FIRST_SORTS, Arrangement
from catlog.tui.screens.list.tabs import ALL

if TYPE_CHECKING:
    from datetime import datetime

    from catlog.library.airing import Broadcast
    from catlog.library.records import ListRow
    from catlog.tui.screens.list.records import Ahead, LastList
    from catlog.tui.widgets.rows.model import RowModel

MOST_ROWS, MOST_PLANNED = 100, 30
"""The most rows of the open tab, and of the planned titles below it, that are stored."""


def kind() -> type[LastList]:
    """Return the class of the record, whose module needs those of the library's queries."""
    from catlog.tui.screens.list.records import LastList

    return LastList


def fresh_arrangement(counts: Mapping[str, int]) -> Arrangement:
    """Return how a list opens: the tab Watching or, where that is empty, the whole list."""
    status = "WATCHING" if counts.get("WATCHING") else ALL
    return Arrangement(status, FIRST_SORTS[status])


def shown_list(
    view: RowModel[ListRow],
    counts: Mapping[str, int],
    broadcasts: Mapping[int, Broadcast],
    coming: Mapping[int, datetime],
    ahead: Ahead,
    stamp: str,
) -> LastList:
    """Return the record of what is shown: as many rows as a screen may have, and what is told of them."""
    from dataclasses import replace

    planned = ahead.planned[:MOST_PLANNED]
    places = dict.fromkeys(islice(view.hits, MOST_ROWS))
    places |= dict.fromkeys(place for title in planned if (place := view.index_of(title.mal_id)) is not None)
    rows = tuple(view.rows[place] for place in places)
    ids = {row.mal_id for row in rows}
    return kind()(
        status=fresh_arrangement(counts).status,
        rows=rows,
        counts=counts,
        broadcasts={mal_id: broadcasts[mal_id] for mal_id in ids if mal_id in broadcasts},
        coming={mal_id: coming[mal_id] for mal_id in ids if mal_id in coming},
        ahead=replace(ahead, planned=planned),
        stamp=stamp,
    )

"""A list widget for any number of records: filter while typing, sort, group, select, count, edit in place.

`RowList` draws only the lines in sight: 100,000 records open as quickly as ten. Text of any origin is safe, and each
line is exactly as wide as the list.

    rows = RowList(
        [
            RowColumn("title", "Title", lambda show, width: show.title, 10, weight=1),
            RowColumn("score", "Score", lambda show, width: Piece(f"{show.score:.2f}", "strong"), 5, right=True),
        ],
        identity=lambda show: show.mal_id,
        text=lambda show: f"{show.title} {show.studio}",
    )
    rows.load(shows)

- Columns: a `RowColumn` is data and a function `cell(record, width)`. Widths are shared by weight; columns that do not
  fit are left out by `gives_way`. `cell_renderers` has cells for progress, ratings, statuses, changes and sparklines.
- Identity: the hashable key of a record. Cursor and selection follow it through `load`, filters and orders; `update`
  replaces a record in place.
- Filter: `narrow("words")`, or a `Filter`, as `queried(parse_query(text))` makes one of the filter language.
- Order, scope and groups: `present(order, scope=..., group=...)`.
- Selection: `selected`, `selected_keys`; `targets()` are the records that an edit applies to.
- Messages: `Highlighted`, `Chosen`, `SelectionChanged`, `SortRequested`, `RepeatRequested`, `CountTyped`, `EndReached`
  (after `load(..., more=True)`), handled with `@on(RowList.Chosen, "#shows")`.
- Keys: `keys.KEYS`, the section "In every list" of docs/keys.md.

Inside, `RowList` is a `Navigation` (keys and mouse) on a `RowViewport` (lines on the screen), which draws a `RowModel`
(state without a screen) with a `RowRenderer` (records as segments). `cells` measures and cuts text.
"""

from catlog.tui.widgets.rows.columns import Cell, Piece, RowColumn
from catlog.tui.widgets.rows.filtering import Filter, queried, words
from catlog.tui.widgets.rows.widget import RowList

__all__ = ["Cell", "Filter", "Piece", "RowColumn", "RowList", "queried", "words"]

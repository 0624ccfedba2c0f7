"""The list that every screen with rows is made of: fast at 100,000 records, safe with any text.

`widget` is what owners use, `columns` and `figures` what they show; `view` is all of it without a screen.
"""

from catlog.tui.widgets.rows.columns import Cell, Piece, RowColumn
from catlog.tui.widgets.rows.filtering import Filter, queried, words
from catlog.tui.widgets.rows.widget import RowList

__all__ = ["Cell", "Filter", "Piece", "RowColumn", "RowList", "queried", "words"]

"""The page History of a title: each log with the day of watching, and the dialogs that give or correct that day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from catlog.access import Right
from catlog.library.edits import Relative
from catlog.library.partial_date import PartialDate
from catlog.tui.content import line, plain
from catlog.tui.day_words import date_words, time_words
from catlog.tui.dialogs.form import FormDialog, FormField
from catlog.tui.widgets.rows import Cell, Piece, RowColumn

if TYPE_CHECKING:
    from datetime import datetime

    from catlog.library.watch_log import WatchLog
    from catlog.tui.glyphs import Glyphs
    from catlog.zones import Zone

WatchedOn = PartialDate | Relative
"""The day of watching, as far as it is known."""


def history_columns(
    glyphs: Glyphs, now: Callable[[], datetime], zone: Callable[[], Zone]
) -> tuple[RowColumn[WatchLog], ...]:
    """Return the columns of the logs of a title."""

    def episodes(log: WatchLog, _: int) -> Cell:
        if log.episodes < 0:
            return Piece(log.words, "dim")
        sign = Piece(f"{glyphs.completed} ", "completed")
        again = (Piece("  again", "dim"),) if log.again else ()
        return sign, Piece(log.words, "title"), *again

    def watched(log: WatchLog, _: int) -> Cell:
        return Piece(date_words(log.watched_on, zone().day_of(now()), whole=True), "" if log.episodes > 0 else "dim")

    def logged(log: WatchLog, _: int) -> Cell:
        return Piece(time_words(log.at, now(), zone()), "dim")

    def origin(log: WatchLog, _: int) -> Cell:
        return Piece("in the app" if log.origin == "app" else "on the command line", "dim")

    def given(log: WatchLog, _: int) -> Cell:
        return Piece("date given" if log.is_given else "", "dim")

    return (
        RowColumn("episodes", "Episodes", episodes, 14, weight=1, max_width=30, sortable=False),
        RowColumn("watched", "Watched", watched, 12, sortable=False),
        RowColumn("logged", "Logged", logged, 12, gives_way=1, sortable=False),
        RowColumn("origin", "From", origin, 19, gives_way=3, sortable=False),
        RowColumn("given", "", given, 10, gives_way=2, sortable=False),
    )


class WatchedOnForm(FormDialog[WatchedOn]):
    """Prompts for the day on which episodes were watched."""

    RIGHT: ClassVar[Right] = Right.KEEP_LIST

    def __init__(self, heading: str, told: str, value: str, today: date) -> None:
        hint = f"{today}, today, yesterday, {today:%Y-%m} or {today.year}"
        super().__init__(
            line((heading, "bold $accent"), "\n", plain(told)), FormField("on", "Watched on", value, hint=hint)
        )
        self._today = today

    def send(self, values: Mapping[str, str]) -> None:
        """Return the day. Raises InvalidArgumentError for no date and for one to come."""
        from catlog.errors import InvalidArgumentError
        from catlog.library.edits import watched_on

        typed = values["on"].strip().casefold()
        wanted = Relative(typed) if typed in frozenset(Relative) else PartialDate.parse(typed)
        if wanted is None:
            raise InvalidArgumentError("a day is needed", hint="write 2021, 2021-05, 2021-05-03, today or yesterday")
        watched_on(wanted, self._today)
        self.dismiss(wanted)

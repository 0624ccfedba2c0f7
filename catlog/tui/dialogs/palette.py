"""The command palette: a few letters find an action, a title, a setting or a screen, and enter goes there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from catlog.access import Right
from catlog.errors import CatLogError
from catlog.saved_views import SavedViews
from catlog.tui.content import line, lines, plain
from catlog.tui.deferred import deferred
from catlog.tui.dialogs.base import BOX_WIDTH, Dialog
from catlog.tui.keys import Action, Section, bindings
from catlog.tui.navigation import open_details
from catlog.tui.widgets.rows.columns import fitted, title_fitted
from catlog.tui.widgets.text_field import TextField

if TYPE_CHECKING:
    from catlog.catalogue.search import Title
    from catlog.tui.dialogs import palette_queries as queries
    from catlog.tui.dialogs.palette_entries import Entry
    from catlog.tui.host import Host
else:
    queries = deferred("catlog.tui.dialogs.palette_queries")

PALETTE = Section(
    "palette",
    "The palette",
    Right.READ_CATALOGUE,
    (
        Action("choose", "enter", "do it", "Do what the cursor is on.", priority=True),
        Action("next", "down,ctrl+n", "choose", "Go to the next line.", action="move(1)", display="↓"),
        Action("before", "up,ctrl+p", "before", "Go to the line before.", shown=False, action="move(-1)"),
        Action("page_next", "pagedown", "page down", "Go some lines down.", shown=False, action="move(10)"),
        Action("page_before", "pageup", "page up", "Go some lines up.", shown=False, action="move(-10)"),
        Action("take", "tab", "take the word", "Write the whole text of the line.", priority=True),
    ),
)
"""The keys of the palette."""

MOST_TYPED = 120
"""Characters that are looked for; more are no name of anything."""

HINT = "Most used first. A theme shows itself while the cursor is on it."

_TEXT, _NOTE = 4, 39
"""The columns of the box where texts and notes begin, where the box has its whole width."""

_SIGNS = 4
"""Cells of the line before a text: the cursor and its margin."""


def match(words: str, text: str) -> tuple[int, frozenset[int]] | None:
    """Return how well words match a text, 0 best, and the places of the matched letters; None when they do not.

    0 is a text that begins with the words, 1 words that begin with them, 2 words inside, 3 letters in this order.
    """
    wanted, folded = words.casefold().split(), text.lower()
    places: set[int] = set()
    rank = 0
    for number, word in enumerate(wanted):
        at = 0 if folded.startswith(word) else folded.find(f" {word}") + 1 or folded.find(word)
        if at < 0:
            return _scattered("".join(wanted), folded)
        rank = max(rank, 0 if at == 0 or number else 1 if folded[at - 1] == " " else 2)
        places.update(range(at, at + len(word)))
    return rank, frozenset(places)


def _scattered(letters: str, folded: str) -> tuple[int, frozenset[int]] | None:
    places, at = set(), -1
    for letter in letters:
        at = folded.find(letter, at + 1)
        if at < 0:
            return None
        places.add(at)
    return 3, frozenset(places)


def match_entry(words: str, entry: Entry) -> tuple[int, frozenset[int]] | None:
    """Return how well words match an entry: by its text, else as words inside its note."""
    found = match(words, entry.text)
    if found is not None and found[0] < 3:
        return found
    noted = match(words, f"{entry.text} {entry.note}")
    return (2, frozenset()) if noted is not None and noted[0] < 3 else found


class CommandPalette(Dialog[None]):
    """All that the user may do, on the present screen and elsewhere, and all titles. Nothing is written until enter."""

    RIGHT: ClassVar[Right] = Right.READ_CATALOGUE
    BINDINGS: ClassVar[list[BindingType]] = bindings(PALETTE)

    def __init__(self, app: Host) -> None:
        from catlog.tui.dialogs.palette_entries import entries_of

        super().__init__(line(("Command", "bold $accent")))
        self.entries = entries_of(app, app.screen)
        self._theme = app.theme
        self._words = ""
        self._titles: list[Entry] = []
        self._only_some = ""
        self._hits: list[tuple[Entry, frozenset[int]]] = []
        self._cursor = 0
        try:
            counted = SavedViews(app.settings.paths.state, app.status.user).all("palette")
        except CatLogError:  # a spoilt file of the state folder only costs the order
            counted = {}
        self._uses = {name: int(uses) for name, one in counted.items() if (uses := one.get("uses", "")).isdecimal()}

    def compose_box(self) -> ComposeResult:
        """Lay out the field and the hits."""
        with Horizontal(id="line"):
            yield Static(":", id="prompt")
            yield TextField(placeholder="an action, a title, a setting or a screen")
            yield Static("", id="count")
        yield Static("", id="rule")
        yield Static("", id="hits")
        yield Static(HINT, id="hint", markup=False)

    def on_mount(self) -> None:
        """Show everything before a letter is typed."""
        self._search("")

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002 - as the dialog's
        """Show as many lines as there is room for."""
        self.call_after_refresh(self._show)

    def action_move(self, step: int) -> None:
        """Go some lines on."""
        self._go_to(self._cursor + step)

    def action_take(self) -> None:
        """Write the text under the cursor into the field."""
        if self._hits:
            self._fill(self._hits[self._cursor][0].text)

    def action_choose(self) -> None:
        """Do what the cursor is on."""
        from catlog.tui.dialogs.palette_entries import run_entry

        if not self._hits:
            return
        entry = self._hits[self._cursor][0]
        if entry.fills:
            self._fill(entry.fills)
            return
        self._preview("")
        self.dismiss(None)
        run_entry(self.app, entry)

    def action_close(self) -> None:
        """Close without doing anything; a theme that was only looked at is gone."""
        self._preview("")
        super().action_close()

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self._search(message.input.value)

    def _fill(self, text: str) -> None:
        field = self.query_one(TextField)
        field.value = text
        field.cursor_position = len(field.value)

    def _search(self, words: str) -> None:
        self._words = " ".join(words[:MOST_TYPED].split())
        self._titles, self._only_some = [], ""
        self._cursor = 0
        self._collect()
        self._preview(self._hits[0][0].theme if self._hits else "")
        if self._words:
            with self.app.pool.holding_keys(not self._hits):
                pending = self.app.pool.run(self, queries.find_titles, self._words)
                pending.then(partial(self._show_titles, self._words), lambda _: True, passive=True)

    def _show_titles(self, words: str, found: tuple[tuple[Title, ...], str]) -> None:
        from catlog.tui.dialogs.palette_entries import TITLES, Entry

        titles, only_some = found
        if words != self._words or (only_some and self._hits):
            return
        self._only_some = only_some

        async def opens(mal_id: int) -> None:
            open_details(self.app, mal_id)

        def facts(title: Title) -> str:
            sign = self.app.glyphs.status(title.list_status) if title.list_status else None
            return " ".join(str(fact) for fact in (title.type, title.year, sign) if fact)

        self._titles = [
            Entry(f"title.{title.mal_id}", TITLES, title.title, partial(opens, title.mal_id), facts(title))
            for title in titles
        ]
        under = self._hits[self._cursor][0] if self._hits else None
        self._collect()
        self._go_to(next((at for at, (entry, _) in enumerate(self._hits) if entry is under), 0))

    def _collect(self) -> None:
        """Collect the hits: the group with the best one first, and in a group the best and most used first."""
        from catlog.tui.dialogs.palette_entries import GROUPS, TITLES

        wanted = self._words.casefold()
        offered = (
            entry
            for entry in self.entries
            if (wanted or not entry.typed) and not (entry.fills and wanted == entry.fills.strip().casefold())
        )
        found = [(entry, match_entry(self._words, entry)) for entry in offered]
        ranked = [(entry, *matched) for entry, matched in found if matched is not None]
        if any(rank < 3 for _, rank, _ in ranked):
            ranked = [one for one in ranked if one[1] < 3]
        ranked.sort(key=lambda one: (one[1], -self._uses.get(one[0].name, 0)))
        for entry in self._titles:
            rank, places = match(self._words, entry.text) or (3, frozenset())
            ranked.append((entry, max(2, rank), places if rank < 3 else frozenset()))
        best: dict[str, int] = {}
        for entry, rank, _ in ranked:
            best[entry.group] = min(rank, best.get(entry.group, rank))
        order = sorted(best, key=lambda group: (best[group] if group != TITLES else 2, GROUPS.index(group)))
        self._hits = [(entry, places) for group in order for entry, _, places in ranked if entry.group == group]
        self._show()

    def _go_to(self, place: int) -> None:
        self._cursor = max(0, min(len(self._hits) - 1, place))
        self._preview(self._hits[self._cursor][0].theme if self._hits else "")
        self._show()

    def _preview(self, theme: str) -> None:
        """Show a theme, or without a name the one from before."""
        if (wanted := theme or self._theme) != self.app.theme:
            self.app.use_theme(wanted)

    def _show(self) -> None:
        if not self.is_mounted:
            return
        rows = [*self._rows()]
        hits = self.query_one("#hits", Static)
        room = max(3, hits.size.height or 3)
        at = next((number for number, place in enumerate(rows) if place == self._cursor), 0)
        first = 0 if at < room - 1 else max(0, min(at - room // 2, len(rows) - room))
        shown = [
            self._row(place) if isinstance(place, int) else line((f"  {place}", "$dim"))
            for place in rows[first : first + room]
        ]
        self.query_one("#rule", Static).update(line((self.app.glyphs.rule * max(0, hits.size.width - 2), "$line")))
        hits.update(lines(shown) if shown else line(("\n    Nothing matches.", "$dim")))
        total = sum(not entry.typed or bool(self._words) for entry in self.entries) + len(self._titles)
        self.query_one("#count", Static).update(plain(f"{len(self._hits)} of {total}"))

    def _rows(self) -> Iterator[int | str]:
        """Yield the lines: the place of an entry among the hits, or the heading of its group and the air above it."""
        group = ""
        for number, (entry, _) in enumerate(self._hits):
            if entry.group != group:
                yield ""
                group = entry.group
                yield f"{group}: {self._only_some}" if self._only_some else group
            yield number

    def _row(self, number: int) -> Content:
        from catlog.tui.dialogs.palette_entries import TITLES

        entry, places = self._hits[number]
        ascii, here = self.app.ascii, number == self._cursor
        width = self.query_one("#hits", Static).size.width
        end = width - 2 - cell_len(entry.key) - 1
        at = _NOTE if self.app.size.width >= BOX_WIDTH else max(24, width * 11 // 20)
        cut = title_fitted if entry.group == TITLES else fitted
        text, taken = cut(entry.text, (at - 1 if entry.note else end) - _TEXT, ascii=ascii)
        note, noted = fitted(entry.note, end - at, ascii=ascii)
        letters: list[tuple[str, str]] = [
            (letter, "bold $accent" if at in places else "bold $bright" if here else "")
            for at, letter in enumerate(text)
        ]
        gap = " " * (at - _TEXT - taken) if note else ""
        rest = " " * (width - 2 - cell_len(entry.key) - (at + noted if note else _TEXT + taken))
        sign = self.app.glyphs.cursor if here else " "
        head = line((sign, "$accent"), " " * (_SIGNS - 1), *letters, gap)
        row = line(head, (note, "$dim"), rest, (entry.key, "bold $bright" if here else "$dim"), "  ")
        return row.stylize("on $raised") if here else row

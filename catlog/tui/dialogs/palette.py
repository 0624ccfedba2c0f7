"""The command palette: a few letters find an action, a title, a setting or a screen, and enter goes there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Input, Static

from catlog.access import Right
from catlog.errors import CatLogError
from catlog.saved_views import SavedViews
from catlog.tui.content import line, lines
from catlog.tui.deferred import deferred
from catlog.tui.dialogs.base import Dialog
from catlog.tui.keyboard import post_in_order
from catlog.tui.keys import Action, Section, bindings
from catlog.tui.navigation import open_details
from catlog.tui.widgets.rows.columns import fitted
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
        Action("take", "tab", "take the word", "Write the whole text of the line.", priority=True),
    ),
)
"""The keys of the palette."""

MOST_TYPED = 120
"""Characters that are looked for; more are no name of anything."""

_FRAME = 8
"""Lines of the box that are no entries."""

_HEIGHT = 27


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
        self._hits: list[tuple[Entry, frozenset[int]]] = []
        self._cursor = 0
        try:
            counted = SavedViews(app.settings.paths.state, app.status.user).all("palette")
        except CatLogError:  # a spoilt file of the state folder only costs the order
            counted = {}
        self._uses = {name: int(uses) for name, one in counted.items() if (uses := one.get("uses", "")).isdecimal()}

    def compose_box(self) -> ComposeResult:
        """Lay out the field and the hits."""
        yield TextField(placeholder="an action, a title, a setting or a screen")
        yield Static("", id="hits")

    def on_mount(self) -> None:
        """Show everything before a letter is typed."""
        self.set_class(self.app.ascii, "-ascii")
        self._search("")

    def on_resize(self) -> None:
        """Show as many lines as there is room for."""
        self._show()

    def action_move(self, step: int) -> None:
        """Go some lines on."""
        self._go_to(self._cursor + step)

    def action_take(self) -> None:
        """Write the text under the cursor into the field."""
        if self._hits:
            field = self.query_one(TextField)
            field.value = self._hits[self._cursor][0].text
            field.cursor_position = len(field.value)

    def action_choose(self) -> None:
        """Do what the cursor is on."""
        if not self._hits:
            return
        entry = self._hits[self._cursor][0]
        self._preview("")
        self.dismiss(None)
        app = self.app
        if not entry.name.startswith("title."):
            counting = app.pool.run(app, queries.count_use, app.status.user, entry.name)
            counting.then(failed=lambda _: True)  # what was chosen is done all the same

        async def run() -> None:
            await entry.run()

        post_in_order(app, events.Callback(run))

    def action_close(self) -> None:
        """Close without doing anything; a theme that was only looked at is gone."""
        self._preview("")
        super().action_close()

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self._search(message.input.value)

    def _search(self, words: str) -> None:
        self._words = " ".join(words[:MOST_TYPED].split())
        self._titles = []
        self._cursor = 0
        self._collect()
        if self._words:
            with self.app.pool.holding_keys(not self._hits):
                pending = self.app.pool.run(self, queries.find_titles, self._words)
                pending.then(partial(self._show_titles, self._words), lambda _: True, passive=True)

    def _show_titles(self, words: str, titles: tuple[Title, ...]) -> None:
        from catlog.tui.dialogs.palette_entries import TITLES, Entry

        if words != self._words:
            return

        async def opens(mal_id: int) -> None:
            open_details(self.app, mal_id)

        self._titles = [
            Entry(
                f"title.{title.mal_id}",
                TITLES,
                title.title,
                partial(opens, title.mal_id),
                " ".join(str(fact) for fact in (title.type, title.year, title.list_status) if fact),
            )
            for title in titles
        ]
        under = self._hits[self._cursor][0] if self._hits else None
        self._collect()
        self._go_to(next((at for at, (entry, _) in enumerate(self._hits) if entry is under), 0))

    def _collect(self) -> None:
        """Collect the hits: the group with the best one first, and in a group the best and most used first."""
        from catlog.tui.dialogs.palette_entries import GROUPS, TITLES

        found = [(entry, match(self._words, entry.text)) for entry in self.entries]
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
        rows = [*self._lines()]
        room = max(3, min(_HEIGHT, self.app.size.height - 2) - _FRAME)
        at = next((number for number, (place, _) in enumerate(rows) if place == self._cursor), 0)
        first = 0 if at < room - 1 else min(at - room // 2, len(rows) - room)
        shown = [content for _, content in rows[first : first + room]]
        self.query_one("#hits", Static).update(lines(shown) if shown else "Nothing matches.")
        total = len(self.entries) + len(self._titles)
        self.query_one("#heading", Static).update(
            line(("Command", "bold $accent"), (f"   {len(self._hits)} of {total}", "$dim"))
        )

    def _lines(self) -> Iterator[tuple[int, Content]]:
        group = ""
        for number, (entry, places) in enumerate(self._hits):
            if entry.group != group:
                if group:
                    yield -1, line("")
                group = entry.group
                yield -1, line((f" {group}", "bold $accent"))
            yield number, self._row(number, entry, places)

    def _row(self, number: int, entry: Entry, places: frozenset[int]) -> Content:
        width = min(72, self.app.size.width) - 6
        key_width = max(3, cell_len(entry.key))
        note, note_width = fitted(entry.note, 24, ascii=self.app.ascii)
        room = width - key_width - (note_width + 2 if note else 0) - 3
        text, text_width = fitted(entry.text, room, ascii=self.app.ascii)
        here = number == self._cursor
        letters = [
            (letter, "bold $accent" if at in places else "bold $bright" if here else "")
            for at, letter in enumerate(text)
        ]
        gap = " " * max(0, room - text_width)
        end = (f"  {note}", "$dim") if note else ""
        cursor = self.app.glyphs.cursor if here else " "
        return line((cursor, "$accent"), " ", *letters, gap, end, (f" {entry.key:>{key_width}}", "$accent"))

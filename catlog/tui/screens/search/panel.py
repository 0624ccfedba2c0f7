"""The filter panel: fields for years, score, type and so on, and genres to include or exclude."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from catlog.access import Right
from catlog.tui.content import line, plain
from catlog.tui.dialogs.form import FormDialog, FormField
from catlog.tui.glyphs import ASCII, Glyphs
from catlog.tui.keys import bindings
from catlog.tui.screens.search.keys import GENRES, PANEL
from catlog.tui.screens.search.search_form import MINE, STATUSES, SearchInput, names
from catlog.tui.widgets.choice import ChoiceField
from catlog.tui.widgets.rows import Piece, RowColumn, RowList
from catlog.tui.widgets.text_field import TextField

if TYPE_CHECKING:
    from catlog.tui.widgets.rows.messages import Chosen

ANY = "any"
"""The option without a filter."""


class GenreList(RowList[str]):
    """All genres; space includes one, then excludes it, then resets it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(GENRES)

    def __init__(self, glyphs: Glyphs, included: Iterable[str], excluded: Iterable[str]) -> None:
        self.signs = {**dict.fromkeys(included, "+"), **dict.fromkeys(excluded, "-")}
        minus = "-" if glyphs is ASCII else "−"
        signs = {"+": Piece("+ ", "up"), "-": Piece(f"{minus} ", "down")}
        super().__init__(
            (
                RowColumn(
                    "genre",
                    "Genres, themes",
                    lambda name, _: (
                        signs.get(self.signs.get(name, ""), Piece("  ")),
                        Piece(name, "strong" if name in self.signs else ""),
                    ),
                    20,
                    weight=1,
                ),
            ),
            identity=str,
            glyphs=glyphs,
            empty="",
            unmatched="No genre is called so.",
            id="genres",
        )

    def action_cycle(self) -> None:
        """Include, exclude or reset the genre under the cursor."""
        name = self.record
        if name is not None:
            after = {"": "+", "+": "-", "-": ""}[self.signs.pop(name, "")]
            if after:
                self.signs[name] = after
            self.update(name)
            self.action_down()

    def genres_with(self, sign: str) -> str:
        """Return the included (+) or excluded (-) genres, separated by commas."""
        return ", ".join(name for name, one in self.signs.items() if one == sign)


class FilterPanel(FormDialog[SearchInput]):
    """A dialog that returns the edited search."""

    RIGHT: ClassVar[Right] = Right.READ_CATALOGUE
    BINDINGS: ClassVar[list[BindingType]] = bindings(PANEL)

    def __init__(self, search: SearchInput, genres: Iterable[str], glyphs: Glyphs) -> None:
        from catlog.catalogue.orders import ORDERS
        from catlog.catalogue.vocabulary import TYPES

        order = search.order.removeprefix("-")
        super().__init__(
            line(("Filters", "bold $accent")),
            FormField("years", "Years", search.years, hint="2016, 2015..2020, ..1999"),
            FormField("score", "Score", search.score, hint="8 and up, 7..9.5"),
            FormField("type", "Type", search.type or ANY, options=(ANY, *TYPES)),
            FormField("status", "Status", search.status or ANY, options=(ANY, *STATUSES[1:])),
            FormField("mine", "My list", search.mine or ANY, options=(ANY, *list(MINE)[1:])),
            FormField("order", "Order", order or ANY, options=(ANY, *ORDERS)),
            FormField("turned", "Turned", "yes" if search.order.startswith("-") else "no", options=("no", "yes")),
        )
        self._search, self._genres = search, tuple(genres)
        self._list = GenreList(glyphs, names(search.genres), names(search.without))

    def compose_box(self) -> ComposeResult:
        """Lay the fields out at the left, the genres at the right."""
        with Horizontal(id="sides"):
            with Vertical(id="fields"):
                for field in self._fields:
                    with Horizontal(classes="field"):
                        yield Static(plain(field.label), classes="label")
                        if field.options:
                            yield ChoiceField(field.options, field.value, id=f"field-{field.name}")
                        else:
                            yield TextField(field.value, field.hint, id=f"field-{field.name}")
                yield Static("", id="problem")
            with Vertical(id="right"):
                yield TextField("", "find a genre", id="find")
                yield self._list

    def on_mount(self) -> None:
        """Fill the list, included and excluded genres first."""
        first = [name for name in self._genres if name in self._list.signs]
        self._list.load([*first, *(name for name in self._genres if name not in self._list.signs)])
        self.set_focus(self.query_one("#field-years"))

    def send(self, values: Mapping[str, str]) -> None:
        """Return the search. Raises InvalidArgumentError for an invalid field."""
        texts = {name: "" if value == ANY else value.strip() for name, value in values.items()}
        turned = texts.pop("turned") == "yes"
        order = f"-{texts['order']}" if turned and texts["order"] else texts["order"]
        search = self._search._replace(
            **{**texts, "order": order}, genres=self._list.genres_with("+"), without=self._list.genres_with("-")
        )
        search.to_query(0)
        self.dismiss(search)

    def action_forget(self) -> None:
        """Return the search without filters."""
        self.dismiss(SearchInput(words=self._search.words))

    @on(Input.Changed, "#find")
    def _found(self, message: Input.Changed) -> None:
        message.stop()
        self._list.narrow(message.input.value)

    @on(Input.Submitted, "#find")
    def _to_list(self, message: Input.Submitted) -> None:
        message.stop()
        message.prevent_default()
        self.set_focus(self._list)

    @on(RowList.Chosen, "#genres")
    def _genre_chosen(self, _: Chosen[str]) -> None:
        self.action_send()

"""The panel of filters: years, score, type and so on as fields, and genres that a title has all of, or none of."""

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
"""The option that asks for nothing."""


class GenreList(RowList[str]):
    """All genres; space asks for one, then against it, then for neither."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(GENRES)

    def __init__(self, glyphs: Glyphs, wanted: Iterable[str], unwanted: Iterable[str]) -> None:
        self.asked = {**dict.fromkeys(wanted, "+"), **dict.fromkeys(unwanted, "-")}
        minus = "-" if glyphs is ASCII else "−"
        signs = {"+": Piece("+ ", "up"), "-": Piece(f"{minus} ", "down")}
        super().__init__(
            (
                RowColumn(
                    "genre",
                    "Genres, themes",
                    lambda name, _: (
                        signs.get(self.asked.get(name, ""), Piece("  ")),
                        Piece(name, "strong" if name in self.asked else ""),
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
        """Go on to the next of the three."""
        name = self.record
        if name is not None:
            after = {"": "+", "+": "-", "-": ""}[self.asked.pop(name, "")]
            if after:
                self.asked[name] = after
            self.update(name)
            self.action_down()

    def having(self, sign: str) -> str:
        """Return the genres that are asked for (+), or against (-), with commas."""
        return ", ".join(name for name, one in self.asked.items() if one == sign)


class FilterPanel(FormDialog[SearchInput]):
    """Ends with the search as it is to be now."""

    RIGHT: ClassVar[Right] = Right.READ_CATALOGUE
    BINDINGS: ClassVar[list[BindingType]] = bindings(PANEL)

    def __init__(self, asked: SearchInput, genres: Iterable[str], glyphs: Glyphs) -> None:
        from catlog.catalogue.orders import ORDERS
        from catlog.catalogue.vocabulary import TYPES

        order = asked.order.removeprefix("-")
        super().__init__(
            line(("Filters", "bold $accent")),
            FormField("years", "Years", asked.years, hint="2016, 2015..2020, ..1999"),
            FormField("score", "Score", asked.score, hint="8 and up, 7..9.5"),
            FormField("type", "Type", asked.type or ANY, options=(ANY, *TYPES)),
            FormField("status", "Status", asked.status or ANY, options=(ANY, *STATUSES[1:])),
            FormField("mine", "My list", asked.mine or ANY, options=(ANY, *list(MINE)[1:])),
            FormField("order", "Order", order or ANY, options=(ANY, *ORDERS)),
            FormField("turned", "Turned", "yes" if asked.order.startswith("-") else "no", options=("no", "yes")),
        )
        self._asked, self._genres = asked, tuple(genres)
        self._list = GenreList(glyphs, names(asked.genres), names(asked.without))

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
        """Fill the list; what is asked for stands first."""
        first = [name for name in self._genres if name in self._list.asked]
        self._list.load([*first, *(name for name in self._genres if name not in self._list.asked)])
        self.set_focus(self.query_one("#field-years"))

    def send(self, values: Mapping[str, str]) -> None:
        """End with the search. Raises InvalidArgumentError for what cannot be read."""
        said = {name: "" if value == ANY else value.strip() for name, value in values.items()}
        turned = said.pop("turned") == "yes"
        order = f"-{said['order']}" if turned and said["order"] else said["order"]
        asked = self._asked._replace(
            **{**said, "order": order}, genres=self._list.having("+"), without=self._list.having("-")
        )
        asked.question(0)
        self.dismiss(asked)

    def action_forget(self) -> None:
        """End without any filter."""
        self.dismiss(SearchInput(words=self._asked.words))

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

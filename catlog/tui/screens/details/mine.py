"""The panel Mine: the list entry, edited where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message
from textual.widgets import Input

from catlog import clock
from catlog.access import Right
from catlog.errors import CatLogError
from catlog.library.edits import Edit, SetFavorite
from catlog.tui.editing.edit_commands import edits_from_form, form_values
from catlog.tui.host import Hosted
from catlog.tui.keyboard import post_in_order
from catlog.tui.keys import Action, Section, bindings
from catlog.tui.screens.details.mine_lines import FIELDS, VALUE, entry_lines, field_lines, window
from catlog.tui.titles.panel_text import Sheet
from catlog.tui.widgets.text_field import TextField
from catlog.tui.widgets.toned import TonedLines

if TYPE_CHECKING:
    from catlog.library.records import ListRow
    from catlog.tui.titles.facts import TitleFacts

MINE = Section(
    "mine",
    "The entry of a title while it is edited",
    Right.KEEP_LIST,
    (
        Action("next_field", "down,tab,enter", "next field", "Go to the next field."),
        Action("field_before", "up,shift+tab", "field before", "Go to the field before.", shown=False),
        Action("next_option", "right,space", "other", "Choose the next status, or mark as a favourite."),
        Action("option_before", "left", "option before", "Choose the status before.", shown=False),
        Action("store", "escape", "store", "Store what was changed; undo takes it back."),
    ),
)
"""The keys of the entry while it is edited."""


class MineForm(Hosted, Container, can_focus=False):
    """Shows an entry. `begin` edits its fields: arrows move, letters type, escape stores all changes as one step."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(MINE)
    DEFAULT_CSS = """
    MineForm {
        layers: base field;
        & > #mine-lines { height: 1fr; width: 1fr; }
        & > #mine-field { layer: field; position: absolute; display: none; height: 1; border: none; padding: 0; }
        & > #mine-field:focus { background: $raised; }
    }
    """

    class Stored(Message):
        """The fields were changed: these edits of the entry are to be made."""

        def __init__(self, row: ListRow, edits: tuple[Edit, ...]) -> None:
            super().__init__()
            self.row = row
            self.edits = edits

    class Ended(Message):
        """Editing is over."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._facts: TitleFacts | None = None
        self._row: ListRow | None = None
        self._at: int | None = None
        self._before: dict[str, str] = {}
        self._values: dict[str, str] = {}
        self._problem = ""
        self._refused: dict[str, str] | None = None

    def compose(self) -> ComposeResult:
        """Lay out the lines, and the field over the one that is typed in."""
        yield TonedLines(id="mine-lines")
        yield TextField(id="mine-field")

    @property
    def is_editing(self) -> bool:
        """Whether the fields are edited."""
        return self._at is not None

    def show(self, facts: TitleFacts) -> None:
        """Show the entry of a title; fields that are edited stay as they are."""
        self._facts = facts
        if self._at is None:
            self._values = {}
        self._draw()

    def begin(self) -> None:
        """Edit the entry, if there is one."""
        row = self._facts.row if self._facts is not None else None
        if row is None or self.is_editing:
            return
        self._row, self._problem, self._refused = row, "", None
        self._before = {**form_values(row), "favorite": "yes" if row.favorite else "no"}
        self._values = dict(self._before)
        self.can_focus = True
        self._go_to(0)

    def on_resize(self) -> None:
        """Draw for the new size."""
        self._draw()

    @on(Input.Submitted)
    def _typed(self, message: Input.Submitted) -> None:
        message.stop()
        self.action_next_field()

    def on_descendant_blur(self) -> None:
        """Keep what was typed."""
        self._take()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable the keys while editing, those of options on a choice alone."""
        if self._at is None:
            return False
        if action in ("next_option", "option_before"):
            return bool(FIELDS[self._at].options)
        return super().check_action(action, parameters)

    def action_next_field(self) -> None:
        """Go to the next field; after the last comes the first."""
        self._move(1)

    def action_field_before(self) -> None:
        """Go to the field before."""
        self._move(-1)

    def action_next_option(self) -> None:
        """Choose the next option."""
        self._choose(1)

    def action_option_before(self) -> None:
        """Choose the option before."""
        self._choose(-1)

    def action_store(self) -> None:
        """Store the changes and end; a second time, what cannot be stored is dropped."""
        self._take()
        assert self._row is not None, "there is an entry while editing"
        try:
            edits = self._edits(self._row)
        except CatLogError as error:
            if self._refused != self._values:
                self._refused, self._problem = dict(self._values), f"{error.message}; esc again drops it"
                self._draw()
                return
            edits, self._values = (), {}
        row = self._row
        self._end(waits=bool(edits))
        if edits:
            post_in_order(self, self.Stored(row, edits))

    def _edits(self, row: ListRow) -> tuple[Edit, ...]:
        typed = {name: value for name, value in self._values.items() if name != "favorite"}
        if typed["notes"] == " ".join(self._before["notes"].split()):
            typed["notes"] = self._before["notes"]  # the field shows no line breaks; untouched notes keep theirs
        edits = edits_from_form(row, typed)
        if self._values["favorite"] != self._before["favorite"]:
            edits = (*edits, SetFavorite(self._values["favorite"] == "yes"))
        return edits

    def _end(self, *, waits: bool) -> None:
        self._at = None
        if not waits:
            self._values = {}
        self._field.display = False
        self.can_focus = False
        self._draw()
        self.refresh_bindings()
        post_in_order(self, self.Ended())

    def _move(self, step: int) -> None:
        self._take()
        assert self._at is not None, "moves only while editing"
        self._go_to((self._at + step) % len(FIELDS))

    def _choose(self, step: int) -> None:
        assert self._at is not None, "chooses only while editing"
        field = FIELDS[self._at]
        place = field.options.index(self._values[field.name]) + step
        self._values[field.name] = field.options[place % len(field.options)]
        self._problem = ""
        self._draw()

    def _take(self) -> None:
        if self._at is not None and self._field.display and not FIELDS[self._at].options:
            self._values[FIELDS[self._at].name] = self._field.value

    def _go_to(self, at: int) -> None:
        self._at = at
        if self._values != self._refused:
            self._problem = ""
        choice = bool(FIELDS[at].options)
        self._field.display = not choice
        if choice:
            self.screen.set_focus(self)
        else:
            self._field.value = " ".join(self._values[FIELDS[at].name].split())
        self._draw()
        if not choice:
            self.screen.set_focus(self._field)
            self._field.select_all()
        self.refresh_bindings()

    @property
    def _field(self) -> TextField:
        return self.query_one("#mine-field", TextField)

    def _draw(self) -> None:
        facts, lines = self._facts, self.query_one("#mine-lines", TonedLines)
        width, height = self.size
        if facts is None or not width or height < 1:
            return
        sheet = Sheet(self.app.glyphs, clock.now(), self.app.zone)
        if not self._values or self._row is None:
            drawn = entry_lines(facts, sheet, width, height)
        else:
            drawn = field_lines(self._values, self._before, self._at, sheet, width, height, self._problem)
        if self._at is not None and not FIELDS[self._at].options:
            row = self._at - window(self._at, height - 1).start
            self._field.styles.offset = (VALUE, row)
            self._field.styles.width = max(width - VALUE, 4)
        lines.set_lines(tuple(drawn) + ((),) * (height - len(drawn)))

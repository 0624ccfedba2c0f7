"""Forms: a few fields under each other, enter goes on and at the last one sends, and problems are said below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Input, Static

from catlog.access import Right
from catlog.errors import CatLogError
from catlog.tui.content import plain
from catlog.tui.dialogs.base import Dialog, Result
from catlog.tui.keys import Action, Section, bindings
from catlog.tui.widgets.choice import ChoiceField
from catlog.tui.widgets.text_field import TextField

FORM = Section(
    "form",
    "Forms",
    Right.READ_CATALOGUE,
    (
        Action("send", "ctrl+s", "send", "Send the form; enter in the last field does so too."),
        Action("next_field", "down", "next field", "Go to the next field.", shown=False, action="app.focus_next"),
        Action(
            "field_before", "up", "field before", "Go to the previous field.", shown=False, action="app.focus_previous"
        ),
    ),
)
"""The keys of every form."""


@dataclass(frozen=True, slots=True)
class FormField:
    """A line to type into. `secret` shows dots; `hint` is the text of the empty field; `options` make it a choice.

    `kind` is the widget of a line.
    """

    name: str
    label: str
    value: str = ""
    secret: bool = False
    hint: str = ""
    options: tuple[str, ...] = ()
    kind: type[TextField] = TextField


class FormDialog(Dialog[Result]):
    """A dialog with fields. Override `send`, which gets the values by name and may raise CatLogError or run a query."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(FORM)

    def __init__(self, heading: Content, *fields: FormField) -> None:
        super().__init__(heading)
        self._fields = fields

    def compose_box(self) -> ComposeResult:
        """Lay the fields out."""
        for field in self._fields:
            yield Static(plain(field.label), classes="label")
            if field.options:
                yield ChoiceField(field.options, field.value, id=f"field-{field.name}")
            else:
                yield field.kind(field.value, field.hint, password=field.secret, id=f"field-{field.name}")
        progress = Static("", id="progress")
        progress.display = False
        yield progress
        yield Static("", id="problem")

    @property
    def values(self) -> dict[str, str]:
        """What is typed in, by the names of the fields."""
        return {field.name: self._widget(field).value for field in self._fields}

    def send(self, values: Mapping[str, str]) -> None:
        """Do what the form is for; a CatLogError that is raised is said below the fields."""

    def show_problem(self, problem: str) -> None:
        """Say below the fields what is wrong; "" takes it away."""
        self.query_one("#problem", Static).update(plain(problem))

    def show_progress(self, words: str) -> None:
        """Say below the fields how far sending is; "" takes it away."""
        progress = self.query_one("#progress", Static)
        progress.update(plain(words))
        progress.display = bool(words)

    def action_send(self) -> None:
        """Send the form."""
        self.show_problem("")
        try:
            self.send(self.values)
        except CatLogError as error:
            self.refuse(error)

    @on(Input.Submitted)
    def _typed(self, message: Input.Submitted) -> None:
        message.stop()
        self._next_field(message.input)

    @on(ChoiceField.Submitted)
    def _chosen(self, message: ChoiceField.Submitted) -> None:
        message.stop()
        self._next_field(message.choice)

    def _next_field(self, done: Input | ChoiceField) -> None:
        widgets = [self._widget(field) for field in self._fields]
        if done is widgets[-1]:
            self.action_send()
        else:
            self.set_focus(widgets[widgets.index(done) + 1])

    def _widget(self, field: FormField) -> Input | ChoiceField:
        wanted = f"#field-{field.name}"
        return self.query_one(wanted, ChoiceField) if field.options else self.query_one(wanted, Input)

    def refuse(self, error: CatLogError) -> bool:
        """Show why the form was refused, and select the field, so that the next letter replaces its text."""
        self.show_problem(_error_text(error))
        if isinstance(self.focused, Input):
            self.focused.action_select_all()
        return True


def _error_text(error: CatLogError) -> str:
    return f"{error.message} ({error.hint})" if error.hint and "catlog " not in error.hint else error.message

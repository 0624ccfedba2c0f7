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

from catlog.errors import CatLogError
from catlog.tui.content import plain
from catlog.tui.dialogs.base import Dialog, Result
from catlog.tui.keys import Action, Section, bindings
from catlog.tui.messages import Failed

FORM = Section(
    "form",
    "Forms",
    (
        Action("send", "ctrl+s", "send", "Send what is typed in; enter in the last field does so too."),
        Action("next_field", "down", "next field", "Go to the next field.", shown=False, action="app.focus_next"),
        Action("field_before", "up", "field before", "Go a field back.", shown=False, action="app.focus_previous"),
    ),
)
"""The keys of every form."""


@dataclass(frozen=True, slots=True)
class Field:
    """One line to type into. `secret` shows dots; `hint` stands in the empty field."""

    name: str
    label: str
    value: str = ""
    secret: bool = False
    hint: str = ""


class FormDialog(Dialog[Result]):
    """A dialog with fields. Override `send`, which gets what was typed by name and may raise or ask the store."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(FORM)]

    def __init__(self, heading: Content, *fields: Field) -> None:
        super().__init__(heading)
        self._fields = fields

    def compose_box(self) -> ComposeResult:
        """Lay the fields out."""
        for field in self._fields:
            yield Static(plain(field.label), classes="label")
            yield Input(field.value, plain(field.hint), password=field.secret, id=f"field-{field.name}")
        yield Static("", id="problem")

    @property
    def values(self) -> dict[str, str]:
        """What is typed in, by the names of the fields."""
        return {field.name: self.query_one(f"#field-{field.name}", Input).value for field in self._fields}

    def send(self, values: Mapping[str, str]) -> None:
        """Do what the form is for; a CatLogError that is raised is said below the fields."""

    def say(self, problem: str) -> None:
        """Say below the fields what is wrong; "" takes it away."""
        self.query_one("#problem", Static).update(plain(problem))

    def action_send(self) -> None:
        """Send the form."""
        self.say("")
        try:
            self.send(self.values)
        except CatLogError as error:
            self.say(_words(error))

    @on(Input.Submitted)
    def _on(self, message: Input.Submitted) -> None:
        message.stop()
        inputs = list(self.query(Input))
        if message.input is inputs[-1]:
            self.action_send()
        else:
            inputs[inputs.index(message.input) + 1].focus()

    @on(Failed)
    def _refused(self, message: Failed) -> None:
        message.stop()
        self.say(_words(message.error))


def _words(error: CatLogError) -> str:
    return f"{error.message} ({error.hint})" if error.hint and "catlog " not in error.hint else error.message

"""Questions with yes or no, such as the one before the app ends while an operation runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from catlog.access import Right
from catlog.tui.content import plain
from catlog.tui.dialogs.base import Dialog
from catlog.tui.keys import Action, Section, bindings

if TYPE_CHECKING:
    from catlog.tui.operations.operation import Operation

CONFIRM = Section(
    "confirm",
    "Questions",
    Right.READ_CATALOGUE,
    (
        Action("yes", "y,enter", "yes", "Do it."),
        Action("no", "n", "no", "Leave everything as it is."),
    ),
)
"""The keys of a question."""


class Confirm(Dialog[bool]):
    """Asks a yes-no question; `details` describe the change. The result is True, False, or None when it was closed."""

    RIGHT: ClassVar[Right] = Right.READ_CATALOGUE
    BINDINGS: ClassVar[list[BindingType]] = bindings(CONFIRM)

    def __init__(self, question: str, details: Content | None = None) -> None:
        super().__init__(plain(question, "bold"), title="Sure?")
        self._details = details

    def compose_box(self) -> ComposeResult:
        """Show the details."""
        if self._details is not None:
            yield Static(self._details, id="details")

    def action_yes(self) -> None:
        """Answer yes."""
        self.dismiss(True)

    def action_no(self) -> None:
        """Answer no."""
        self.dismiss(False)


class Leave(Confirm):
    """Asks whether to cancel a running operation."""

    RIGHT: ClassVar[Right] = Right.READ_CATALOGUE

    def __init__(self, operation: Operation) -> None:
        question = f"{operation.title} is under way. Cancel it and leave?"
        super().__init__(question, plain(operation.kind.when_cancelled))

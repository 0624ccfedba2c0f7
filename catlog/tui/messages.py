"""What comes back to a widget that asked."""

from __future__ import annotations

from typing import Any

from textual.message import Message

from catlog.errors import CatLogError


class Ticket:
    """One question on its way; a newer one of the same group makes it stale."""

    __slots__ = ("stale",)

    def __init__(self) -> None:
        self.stale = False


class _Reply(Message, bubble=False, no_dispatch=None):
    """A reply is dropped where it stands when its question was superseded meanwhile."""

    def __init__(self, question: str, ticket: Ticket) -> None:
        super().__init__()
        self.question = question
        self._ticket = ticket

    @property
    def no_dispatch(self) -> bool:  # type: ignore[override]  # Textual reads it off the message, a constant there
        """Whether nobody wants it any more."""
        return self._ticket.stale


class Answered(_Reply, bubble=False, no_dispatch=None):
    """A question was answered. `question` is the name of the function, `value` what it returned."""

    def __init__(self, question: str, value: Any, ticket: Ticket) -> None:  # noqa: ANN401 - whatever was asked for
        super().__init__(question, ticket)
        self.value = value


class Failed(_Reply, bubble=True, no_dispatch=None):
    """A question failed in a way that can be told. Unless somebody stops it, the app shows it in one line."""

    def __init__(self, question: str, error: CatLogError, ticket: Ticket) -> None:
        super().__init__(question, ticket)
        self.error = error


class Progressed(_Reply, bubble=False, no_dispatch=None):
    """A question that reports how far it is: `step` in words, `done` of `total` (None where unknown)."""

    def __init__(self, question: str, step: str, done: int, total: int | None, ticket: Ticket) -> None:
        super().__init__(question, ticket)
        self.step = step
        self.done = done
        self.total = total

    def can_replace(self, message: Message) -> bool:
        """Of several that wait, the last one is enough."""
        return isinstance(message, Progressed) and message.question == self.question

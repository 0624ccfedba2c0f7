"""The result of a query or an edit that is under way, and the handlers that take it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from textual.dom import DOMNode

from catlog.access import redacted_for
from catlog.errors import CatLogError

if TYPE_CHECKING:
    from catlog.tui.core import AppCore

Value = TypeVar("Value")


class Pending(Generic[Value]):
    """A query or an edit that `owner` started.

    The handlers run in the owner's message queue, behind the messages that are in it. None of them runs once a newer
    call of the same query superseded this one, or the owner was removed.
    """

    def __init__(self, app: AppCore, owner: DOMNode, name: str) -> None:
        self._app = app
        self.owner = owner
        self.name = name
        self.is_superseded = False
        self._done: Callable[[Value], object] | None = None
        self._failed: Callable[[CatLogError], bool | None] | None = None
        self._passive = False

    def then(
        self,
        done: Callable[[Value], object] | None = None,
        failed: Callable[[CatLogError], bool | None] | None = None,
        *,
        passive: bool = False,
    ) -> None:
        """Set the handlers: `done` takes the result, `failed` an error.

        `failed` returns True for an error that needs no further report; the app reports all others. `passive` queries
        only show something: a viewer who declined to sign in is not asked to sign in again because of them.
        """
        self._done, self._failed, self._passive = done, failed, passive

    def resolve(self, value: Value) -> None:
        """Deliver the result."""
        if self.owner.is_running:
            self.owner.call_later(self._handle, value)

    def reject(self, error: CatLogError) -> None:
        """Deliver an error, with what this role may read of it."""
        if self.owner.is_running:
            self.owner.call_later(self._handle_error, redacted_for(self._app.role, error))

    @property
    def _is_stale(self) -> bool:
        # An app that is ending has no screens left to show anything on.
        return self.is_superseded or not self._app.screen_stack

    def _handle(self, value: Value) -> None:
        if self._done is not None and not self._is_stale:
            self._done(value)

    def _handle_error(self, error: CatLogError) -> None:
        if not self._is_stale and not (self._failed is not None and self._failed(error)):
            self._app.call_later(self._app.report_failure, error, passive=self._passive)

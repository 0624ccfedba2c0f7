"""The keyboard: keys and pastes are handled one after the other, each after everything that the one before caused.

Textual posts a key to the focused widget, from where it moves up through the queues of its ancestors, and only the
app at the top looks for a binding. Keys that arrived with it are by then on their way to the old focus: of `/9x` in
one write the 9 would rate a title. Here a key is handled by the widget, its ancestors and the app at once, and the
next key looks for the focus again. What a key cannot do at once, such as opening a screen, which Textual builds in
tasks of its own, the following keys wait for in one queue (`Keyboard.hold`).
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from textual import events
from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump

from catlog.text import counted
from catlog.tui.prefix import Prefix
from catlog.tui.terminal.dispatch import context_of, dispatch, run_priority_binding

MAX_WAIT = 20.0
"""Seconds that keys wait for a hold. Then they are dropped, and the app says so."""

MAX_QUEUED = 10_000
"""Keys that wait at most. The next one drops all of them: a text arrives whole or not at all."""

QUIT_KEY, STUCK_SECONDS = "ctrl+q", 2.0
"""The key that ends the app, and after how many seconds it overtakes keys that wait."""


class Hold:
    """A reason for keys to wait, until `release`."""

    def __init__(self, keyboard: Keyboard) -> None:
        self._keyboard = keyboard

    def release(self) -> None:
        """Let the keys go on, unless something else holds them."""
        self._keyboard.release(self)


class _Press:
    """The key that is being handled, and the messages that it has caused."""

    def __init__(self) -> None:
        self.messages: deque[tuple[MessagePump, Message]] = deque()
        self.is_over = False


_press: ContextVar[_Press | None] = ContextVar("press", default=None)


def queue_behind_key(sender: MessagePump, message: Message) -> bool:
    """Queue a message for handling before the next key; return False when no key is being handled."""
    press = _press.get()
    if press is None or press.is_over:
        return False
    press.messages.append((sender, message))
    return True


def post_in_order(sender: MessagePump, message: Message) -> None:
    """Post a message; one that a key caused is handled before the next key."""
    if not queue_behind_key(sender, message):
        sender.post_message(message)


class Keyboard:
    """The keys of one app. `handle` runs in the app's own task, for input from the terminal alone."""

    def __init__(self, app: App[Any], warn: Callable[[str], None], passes: Callable[[str], bool]) -> None:
        """`warn` shows the user a sentence about keys that were dropped; `passes` says which keys no hold concerns."""
        self._app = app
        self._warn = warn
        self._passes = passes
        self._queue: deque[events.Key | events.Paste] = deque()
        self._holds: set[Hold] = set()
        self._oldest: events.Event | None = None
        self._oldest_since = 0.0
        self._prefix: Prefix | None = None

    @property
    def prefix(self) -> Prefix | None:
        """The key that waits for the next one; None when there is none, or its screen is not on top."""
        prefix = self._prefix
        return prefix if prefix is not None and prefix.screen is self._app.screen else None

    def wait_for(self, prefix: Prefix) -> None:
        """Offer the next key to a prefix first."""
        self._prefix = prefix
        prefix.screen.refresh_bindings()

    def hold(self) -> Hold:
        """Let keys wait until the hold is released; the caller releases it whatever happens."""
        hold = Hold(self)
        self._holds.add(hold)
        return hold

    def release(self, hold: Hold) -> None:
        """Release a hold."""
        if hold in self._holds:
            self._holds.remove(hold)
            if self._queue:
                self._app.call_later(self._drain)

    async def handle(self, event: events.Key | events.Paste) -> None:
        """Handle a key or a paste, or queue it behind those that wait."""
        stuck = not self._queue or (
            self._oldest is self._queue[0] and time.monotonic() - self._oldest_since > STUCK_SECONDS
        )
        if isinstance(event, events.Key) and (
            (stuck and event.key == QUIT_KEY) or (self._holds and not self._queue and self._passes(event.key))
        ):
            await self._handle(event)
            return
        self._queue.append(event)
        await self._drain()
        if len(self._queue) > MAX_QUEUED:
            self._drop(f"no more than {MAX_QUEUED:,} wait for a screen to open")
        elif self._queue and self._oldest is not self._queue[0]:
            self._watch_oldest()

    async def _drain(self) -> None:
        while self._queue and not self._holds and self._has_screen():
            await self._handle(self._queue.popleft())

    def _has_screen(self) -> bool:
        """Say whether the top screen can take keys; one that is being built calls `_drain` when it can."""
        screen = self._app.screen
        if not screen.is_mounted:
            screen.call_later(self._app.call_later, self._drain)
        return screen.is_mounted

    async def _handle(self, event: events.Key | events.Paste) -> None:
        app, press = self._app, _Press()
        token = _press.set(press)
        try:
            app.app_focus = True  # as a terminal without focus sends nothing that somebody typed
            if self._end_prefix(event):
                await self._dispatch_all(press)
                return
            if isinstance(event, events.Key) and await run_priority_binding(app, event.key):
                await self._dispatch_all(press)
                return
            press.messages.append((app.focused or app.screen, event))
            await self._dispatch_all(press)
        finally:
            press.is_over = True
            _press.reset(token)

    async def _dispatch_all(self, press: _Press) -> None:
        while press.messages:
            await dispatch(*press.messages.popleft())

    def _end_prefix(self, event: events.Key | events.Paste) -> bool:
        """End the prefix that waits, if any; return whether the event was meant for it."""
        prefix, self._prefix = self.prefix, None
        if prefix is None:
            return False
        prefix.screen.refresh_bindings()
        if not isinstance(event, events.Key):
            return False
        with context_of(prefix.screen):
            return event.key == "escape" or bool(event.character and prefix.take(event.character))

    def _watch_oldest(self) -> None:
        oldest = self._oldest = self._queue[0]
        self._oldest_since = time.monotonic()

        def look() -> None:
            if self._queue and self._queue[0] is oldest:
                typed = "they were" if len(self._queue) > 1 else "it was"
                self._drop(f"the screen {typed} typed for did not open in {MAX_WAIT:g} s")
            elif self._queue:
                self._watch_oldest()

        self._app.set_timer(MAX_WAIT, look, name="keys wait")

    def _drop(self, why: str) -> None:
        count = len(self._queue)
        self._queue.clear()
        self._holds.clear()
        self._warn(f"{counted(count, 'key was', 'keys were')} dropped: {why}")

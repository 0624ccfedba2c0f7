"""The keyboard: keys and pastes are handled one after the other, each after all that the one before brought about.

Textual posts a key to the widget that has the focus, from where it wanders up through the queues of those around it,
and only the app at the top looks for a binding. What arrived with it is under way to the old focus by then: of `/9x` in
one write the 9 would rate a title. Here a key is handled by the widget, by those around it and by the app at once, and
the next one looks for the focus anew. What a key cannot do at once, such as opening a screen, which is put together by
tasks of its own, the following keys wait for in the same line (`Keyboard.hold`).
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
from catlog.tui.terminal.dispatch import dispatch, run_priority_binding

PATIENCE = 20.0
"""Seconds that keys wait for what the one before them opens. Then they are dropped, and the app says so."""

MOST = 10_000
"""Keys that wait at most. All of them are dropped with the next one: a text arrives whole or not at all."""

LEAVES, STUCK = "ctrl+q", 2.0
"""The key that ends the app, and after how many seconds it no longer waits for keys that are held before it."""


class Hold:
    """Something that keys wait for, until `release`."""

    def __init__(self, keyboard: Keyboard) -> None:
        self._keyboard = keyboard

    def release(self) -> None:
        """Let the keys go on, unless something else holds them."""
        self._keyboard.release(self)


class _Press:
    """The key that is being handled, and the messages that it brought about."""

    def __init__(self) -> None:
        self.said: deque[tuple[MessagePump, Message]] = deque()
        self.is_over = False


_press: ContextVar[_Press | None] = ContextVar("press", default=None)


def follows(sender: MessagePump, message: Message) -> bool:
    """Let a message that a key brings about be handled before the next key; return whether a key is being handled."""
    press = _press.get()
    if press is None or press.is_over:
        return False
    press.said.append((sender, message))
    return True


def say(sender: MessagePump, message: Message) -> None:
    """Post a message; one that a key brings about is handled before the next key."""
    if not follows(sender, message):
        sender.post_message(message)


class Keyboard:
    """The line of keys of one app. `take` is called in the app's own task, for what comes from the terminal alone."""

    def __init__(self, app: App[Any], warn: Callable[[str], None]) -> None:
        """`warn` shows the user a sentence about keys that were dropped."""
        self._app = app
        self._warn = warn
        self._line: deque[events.Key | events.Paste] = deque()
        self._holds: set[Hold] = set()
        self._oldest: events.Event | None = None
        self._since = 0.0

    def hold(self) -> Hold:
        """Let keys wait until the hold is released; whoever takes it releases it whatever happens."""
        hold = Hold(self)
        self._holds.add(hold)
        return hold

    def release(self, hold: Hold) -> None:
        """Release a hold."""
        if hold in self._holds:
            self._holds.remove(hold)
            if self._line:
                self._app.call_later(self._go_on)

    async def take(self, event: events.Key | events.Paste) -> None:
        """Handle a key or a paste, or let it wait behind those that wait."""
        stuck = not self._line or (self._oldest is self._line[0] and time.monotonic() - self._since > STUCK)
        if stuck and isinstance(event, events.Key) and event.key == LEAVES:
            await self._handle(event)
            return
        self._line.append(event)
        await self._go_on()
        if len(self._line) > MOST:
            self._drop(f"no more than {MOST:,} wait for a screen to open")
        elif self._line and self._oldest is not self._line[0]:
            self._wait()

    async def _go_on(self) -> None:
        while self._line and not self._holds and self._has_screen():
            await self._handle(self._line.popleft())

    def _has_screen(self) -> bool:
        """Return whether the screen on top can take keys; one that is being put together will say when it can."""
        screen = self._app.screen
        if not screen.is_mounted:
            screen.call_later(self._app.call_later, self._go_on)
        return screen.is_mounted

    async def _handle(self, event: events.Key | events.Paste) -> None:
        app, press = self._app, _Press()
        token = _press.set(press)
        try:
            app.app_focus = True  # as a terminal without focus sends nothing that somebody typed
            if isinstance(event, events.Key) and await run_priority_binding(app, event.key):
                return
            press.said.append((app.focused or app.screen, event))
            while press.said:
                await dispatch(*press.said.popleft())
        finally:
            press.is_over = True
            _press.reset(token)

    def _wait(self) -> None:
        oldest = self._oldest = self._line[0]
        self._since = time.monotonic()

        def look() -> None:
            if self._line and self._line[0] is oldest:
                typed = "they were" if len(self._line) > 1 else "it was"
                self._drop(f"the screen {typed} typed for did not open in {PATIENCE:g} s")
            elif self._line:
                self._wait()

        self._app.set_timer(PATIENCE, look, name="keys wait")

    def _drop(self, why: str) -> None:
        count = len(self._line)
        self._line.clear()
        self._holds.clear()
        self._warn(f"{counted(count, 'key was', 'keys were')} dropped: {why}")

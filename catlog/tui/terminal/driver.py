"""Textual's terminal driver, but it survives a terminal that has gone, and ends the app when the input ends."""

from __future__ import annotations

import asyncio
import os
import re
import selectors
import signal
import sys
import time
from codecs import getincrementaldecoder
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TextIO

from textual import constants, events
from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.message import Message

from catlog.tui.core import AppCore
from catlog.tui.terminal.sgr_diff import SgrDiff

if TYPE_CHECKING:
    from textual.app import App


KEY_TIMEOUT = 1.0
"""Seconds that the rest of a key may take to arrive. A lone escape is a key much sooner, as in Textual."""

PASTE_SILENCE, PASTE_TIMEOUT = 5.0, 30.0
"""Seconds after which an unfinished paste ends: of silence, and in all while input goes on."""

MAX_PASTE = 1_000_000
"""Largest paste in characters, more than any text field stores. The rest is dropped, never read as keys."""

MAX_COLUMNS, MAX_LINES = 1000, 400
"""Largest size drawn, beyond any screen: a terminal may claim any size, and a line costs memory."""

_UNFINISHED = re.compile(r"\x1b(\[[0-9;:<?]*|O)?\Z")
_BEGINS, _ENDS = "\x1b[200~", "\x1b[201~"


class FragmentParser(XTermParser):
    """Textual's key parser with a buffer for keys and pastes that a slow line delivers in fragments.

    Textual reads a sequence whose rest is a tenth of a second late as keys: the digits of an F key would rate. Within a
    paste it does so for everything after an escape, line breaks too, and waits forever for an end that it misses.
    """

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._rest = ""
        self._fed_at = 0.0
        self._pasted: str | None = None
        self._paste_began = 0.0

    def feed(self, data: str) -> Iterable[Message]:
        """Return the messages of the data and the buffered rest; "" is the end of input."""
        if not data:
            return super().feed(data)
        found: list[Message] = []
        data, self._rest, self._fed_at = self._rest + data, "", time.monotonic()
        while data:
            if self._pasted is None:
                keys, begins, data = data.partition(_BEGINS)
                if not begins and (cut := _UNFINISHED.search(keys)) is not None:
                    keys, self._rest = keys[: cut.start()], cut.group()
                if keys:
                    found += super().feed(keys)
                if begins:
                    self._pasted, self._paste_began = "", self._fed_at
            else:
                text, ends, data = data.partition(_ENDS)
                if not ends:
                    begun = next(n for n in range(len(_ENDS) - 1, -1, -1) if text.endswith(_ENDS[:n]))
                    text, self._rest = text[: len(text) - begun], _ENDS[:begun]
                if len(self._pasted) < MAX_PASTE:
                    self._pasted = (self._pasted + text)[:MAX_PASTE]
                if ends:
                    found.append(self._end_paste(self._pasted))
        return found

    def tick(self) -> Iterable[Message]:
        """Return the buffered input when its rest does not come: a paste, one key or, of a longer sequence, nothing."""
        now = time.monotonic()
        if self._pasted is not None and (
            now - self._fed_at >= PASTE_SILENCE or now - self._paste_began >= PASTE_TIMEOUT
        ):
            self._rest = ""
            yield self._end_paste(self._pasted)
        patience = KEY_TIMEOUT if self._rest != "\x1b" else constants.ESCAPE_DELAY
        if self._rest and self._pasted is None and now - self._fed_at >= patience:
            key, self._rest = self._rest, ""
            if len(key) <= 2:
                yield from super().feed(key)
                self._timeout_time = 0.0
        yield from super().tick()

    def _end_paste(self, pasted: str) -> events.Paste:
        self._pasted = None
        return events.Paste(pasted)


class Output:
    """Standard output; what cannot be written is dropped, as its reader has gone."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._encoding = file.encoding or "utf-8"
        self._sgr_diff = SgrDiff()

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._file.fileno()

    def write(self, text: str) -> int:
        """Write the shortened text, characters outside the encoding as question marks."""
        data = memoryview(self._sgr_diff.shortened(text).encode(self._encoding, "replace"))
        with suppress(OSError):
            while data:
                data = data[os.write(self._file.fileno(), data) :]
        return len(text)

    def flush(self) -> None:
        """Do nothing: nothing is buffered."""


class TerminalDriver(LinuxDriver):
    """Draws on standard output, whatever happens to standard error."""

    _app: AppCore

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        """`size` None is that of the terminal."""
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._size = self._size or self._get_terminal_size()

    def start_application_mode(self) -> None:
        """Take over the terminal."""
        assert sys.__stdout__ is not None, "there is a terminal: the command has looked"
        self._file = Output(sys.__stdout__)  # type: ignore[assignment]  # has all that the writing thread calls
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual annotates it no further
        # Textual reads the size inside the signal handler, which the next signal interrupts: of two sizes in quick
        # succession the older one may be reported last, and stays. The loop calls one handler after the other.
        asyncio.get_running_loop().add_signal_handler(signal.SIGWINCH, self._resized)

    def _get_terminal_size(self) -> tuple[int, int]:
        width, height = super()._get_terminal_size()
        return min(width, MAX_COLUMNS), min(height, MAX_LINES)

    def process_message(self, message: Message) -> None:
        """Pass on a message; a size reported by the terminal is cut to the largest size."""
        if isinstance(message, events.Resize):
            size = Size(min(message.size.width, MAX_COLUMNS), min(message.size.height, MAX_LINES))
            if size != message.size:
                message = events.Resize(size, size, pixel_size=message.pixel_size)
        super().process_message(message)

    def _resized(self) -> None:
        if not self._in_band_window_resize:
            size = Size(*self._get_terminal_size())
            self._app.post_message(events.Resize(size, size))

    def run_input_thread(self) -> None:
        """Read keys until the app ends; the end of the input ends the app."""
        parser = FragmentParser(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        if typed := decode(self._app.terminal.probed.typed):
            for event in parser.feed(typed):
                self.process_message(event)
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(0.1):
                    data = self._read()
                    if not data:
                        self._app.call_later(self._app.leave)
                        return
                    if text := decode(data):  # nothing yet of a character that comes in pieces; "" would be the end
                        for event in parser.feed(text):
                            self.process_message(event)
                else:  # never while more is there to read, however late this thread gets its turn
                    for event in parser.tick():
                        self.process_message(event)
        with suppress(EOFError, ParseError):
            for _ in parser.feed(""):
                pass

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, 4096)
        except OSError:  # the terminal was closed
            return b""

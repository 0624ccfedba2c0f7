"""The terminal's driver: Textual's own, but that it survives a terminal that has gone, and ends when its input ends."""

from __future__ import annotations

import asyncio
import os
import selectors
import signal
import sys
from codecs import getincrementaldecoder
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from textual import events
from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size

from catlog.tui.thrift import Thrift

if TYPE_CHECKING:
    from catlog.tui.app import CatLogApp


class Output:
    """Standard output for a program that draws: what cannot be written is dropped, as its reader has gone."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._encoding = file.encoding or "utf-8"
        self._thrift = Thrift()

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._file.fileno()

    def write(self, text: str) -> int:
        """Write all that matters of it, characters that the encoding lacks as question marks."""
        data = memoryview(self._thrift.shortened(text).encode(self._encoding, "replace"))
        with suppress(OSError):
            while data:
                data = data[os.write(self._file.fileno(), data) :]
        return len(text)

    def flush(self) -> None:
        """Do nothing: nothing is held back."""


class TerminalDriver(LinuxDriver):
    """Draws on standard output, whatever becomes of standard error."""

    _app: CatLogApp

    def start_application_mode(self) -> None:
        """Take the terminal over."""
        assert sys.__stdout__ is not None, "there is a terminal: the command has looked"
        self._file = Output(sys.__stdout__)  # type: ignore[assignment]  # all that the writing thread asks for
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual annotates it no further
        # Textual asks for the size inside the signal's own handler, which the next signal interrupts: of two sizes in
        # quick succession the older one may be told last, and stays. The loop calls one handler after the other.
        asyncio.get_running_loop().add_signal_handler(signal.SIGWINCH, self._resized)

    def _resized(self) -> None:
        if not self._in_band_window_resize:
            size = Size(*self._get_terminal_size())
            self._app.post_message(events.Resize(size, size))

    def run_input_thread(self) -> None:
        """Read keys until the app ends; when the input itself ends, so does the app."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(0.1):
                    data = self._read()
                    if not data:
                        self._app.call_later(self._app.leave)
                        return
                    for event in parser.feed(decode(data)):
                        self.process_message(event)
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

"""The terminal is asked how wide a sign is: its answer decides about ASCII, and no key that was typed is lost."""

import os
import pty
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from textual import events

from catlog.config import Settings
from catlog.tui.terminal.capabilities import terminal_of
from catlog.tui.terminal.driver import FragmentParser
from catlog.tui.terminal.width_probe import SIGN, Probed, probe_width


@pytest.fixture
def ends() -> Iterator[tuple[int, int]]:
    pair = pty.openpty()
    yield pair
    for end in pair:
        with suppress(OSError):
            os.close(end)


def asked(ends: tuple[int, int], answer: bytes, timeout: float = 30.0) -> tuple[Probed, bytes]:
    """Return what is found out when the terminal answers so, and what it was sent."""
    outer, inner = ends
    seen = bytearray()

    def reply() -> None:
        while not seen.endswith(b"\x1b[6n"):
            seen.extend(os.read(outer, 100))
        os.write(outer, answer)

    terminal = threading.Thread(target=reply)
    terminal.start()
    found = probe_width(inner, inner, timeout)
    terminal.join()
    seen.extend(os.read(outer, 100))
    return found, bytes(seen)


def test_the_column_behind_the_sign_tells_its_width(ends: tuple[int, int]) -> None:
    narrow, sent = asked(ends, b"\x1b[12;2R")
    assert narrow == Probed(1)
    assert sent == f"\r{SIGN}\x1b[6n\r\x1b[K".encode(), "the answer is not echoed, and nothing stays on the screen"
    assert asked(ends, b"\x1b[12;3R")[0] == Probed(2)


def test_keys_around_the_answer_are_kept(ends: tuple[int, int]) -> None:
    assert asked(ends, b"2j\x1b[12;2R/ab")[0] == Probed(1, b"2j/ab")


def test_a_terminal_without_an_answer_costs_the_timeout_and_no_key(ends: tuple[int, int]) -> None:
    found, _ = asked(ends, b"jk", timeout=0.3)
    assert found == Probed(None, b"jk")


def test_a_pipe_is_never_asked() -> None:
    reads, writes = os.pipe()
    assert probe_width(reads, writes) == Probed()
    os.close(writes)
    assert os.read(reads, 10) == b""
    os.close(reads)


def test_a_late_answer_is_no_key_and_the_keys_around_it_are() -> None:
    keys = [event.key for event in FragmentParser().feed("a\x1b[1;2Rb") if isinstance(event, events.Key)]
    assert keys == ["a", "b"]


@pytest.mark.parametrize(("cells", "ascii"), [(None, False), (1, False), (2, True)])
def test_two_cells_mean_ascii_unless_the_config_decides(no_library: Settings, cells: int | None, ascii: bool) -> None:
    assert terminal_of(no_library, "utf-8", probe=lambda: Probed(cells)).ascii is ascii
    decided = replace(no_library, ascii=False, origins={**no_library.origins, "ascii": "config.toml"})
    assert terminal_of(decided, "utf-8", probe=lambda: Probed(2)).ascii is False


def test_it_is_not_asked_where_only_ascii_can_be_drawn(no_library: Settings) -> None:
    def probe() -> Probed:
        raise AssertionError

    assert terminal_of(no_library, "ascii", probe=probe).ascii
    assert terminal_of(replace(no_library, ascii=True), "utf-8", probe=probe).ascii

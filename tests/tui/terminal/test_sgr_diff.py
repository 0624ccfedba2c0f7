"""Fewer bytes, the same screen: what a terminal shows is compared with and without."""

import pyte
from hypothesis import given
from hypothesis import strategies as st

from catlog.tui.terminal.sgr_diff import SgrDiff

STYLES = (
    "0",
    "",
    "1",
    "2;3",
    "38;2;1;2;3",
    "38;2;9;9;9;48;2;4;5;6",
    "48;5;17",
    "31",
    "92;41",
    "1;38;5;9",
    "39",
    "49",
    "7",
)

runs = st.one_of(
    st.builds("\x1b[{}m".format, st.sampled_from(STYLES)),
    st.builds("\x1b[{};{}H".format, st.integers(1, 6), st.integers(1, 20)),
    st.builds("\x1b[{};{}H\r\n".format, st.integers(1, 5), st.integers(1, 20)),
    st.sampled_from(("\x1b[0m", "\x1b[?2026h", "\x1b[?25l", "words", "日本", " ", "\r\n", "\x1b[J")),
)
"""What is written to terminals, or half of it."""


def seen(writes: list[str]) -> object:
    screen = pyte.Screen(20, 6)
    stream = pyte.Stream(screen)
    for write in writes:
        stream.feed(write)
    return [dict(screen.buffer[row]) for row in range(6)]


@given(st.lists(runs, max_size=30), st.lists(st.integers(1, 30), max_size=8))
def test_a_terminal_shows_the_same_wherever_writes_end(written: list[str], cuts: list[int]) -> None:
    output = "".join(written) + "\x1b[0m\x1b[1;1H"
    thrift, pieces = SgrDiff(), []
    rest = output
    for cut in cuts:
        pieces.append(thrift.shortened(rest[:cut]))
        rest = rest[cut:]
    pieces.append(thrift.shortened(rest))
    assert seen(pieces) == seen([output])
    assert len("".join(pieces)) <= len(output) + 4


def test_only_what_differs_is_written() -> None:
    first = "\x1b[1;1H\x1b[38;2;1;1;1;48;2;2;2;2mone\x1b[0m\x1b[38;2;3;3;3;48;2;2;2;2mtwo\x1b[0m\x1b[1;20H\r\n"
    second = "\x1b[2;1H\x1b[38;2;3;3;3;48;2;2;2;2mthree\x1b[0m"
    shorter = "\x1b[1;1H\x1b[38;2;1;1;1;48;2;2;2;2mone\x1b[38;2;3;3;3mtwo\x1b[2;1Hthree\x1b[0m"
    assert SgrDiff().shortened(first + second) == shorter

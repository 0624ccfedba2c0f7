"""Through every screen and dialog of the app by keys, in a real terminal: boxes, words and the process are watched."""

import re
from collections.abc import Iterator, Sequence

from tests.support.terminal import Terminal

F = {number: f"\x1bO{letter}" for number, letter in enumerate("PQRS", 1)} | {5: "\x1b[15~", 6: "\x1b[17~"}
ENTER, PAGE, HOME, END, LEFT, TAB = "\r", "\x1b[6~", "\x1b[H", "\x1b[F", "\x1b[D", "\t"
ESC = "\x1b[27u"
"""Escape as a terminal with the newer protocol sends it: with the next key in the same read it is no alt key."""

THROUGH = ""
"""Page by page to the end."""

SIGN = re.compile(r"a\d+")
"""What each hostile string has in its midst."""

LOOKS = 1000
"""After so many looks at a screen that is still being drawn, it is what it is."""

DETAILS = (ENTER, *(TAB,) * 5, PAGE, "n", ESC, "t", ESC, "e", ESC, ESC)
CLICKS = tuple(f"\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m" for y in (4, 9, 14) for x in (8, 12, 20))
LIST = (F[2], *CLICKS, ESC, ESC, LEFT, THROUGH, "n", ESC, "t", ESC, "e", ESC, "s", ESC, "+", "o", ESC, "V", ESC)
CHANGES = ("  ", "s", "h", "y", "u", "/", *"a1", ENTER, ESC, *DETAILS)
SEARCH = (F[3], "/", *"a", ENTER, PAGE, PAGE, END, "f", TAB, ESC, "S", PAGE, ESC, "W", PAGE, ESC, "M", PAGE, ESC, ESC)
OTHERS = (F[4], PAGE, PAGE, END, F[5], PAGE, TAB, PAGE, TAB, PAGE, TAB, PAGE, F[6], *("j", ENTER) * 4, PAGE, ESC)
BEGIN = (F[1], PAGE, TAB, PAGE, TAB, PAGE, TAB, PAGE, "R", ESC, "p", "s", ESC, "?", PAGE, ESC, ":", *"wat", ESC)
WALK = (*BEGIN, *LIST, *CHANGES, *SEARCH, *OTHERS, F[1])


def crooked(terminal: Terminal) -> list[str]:
    """Return what is wrong with the boxes on the screen: each must have its sides where its corners are.

    Where a dialog covers the others, it is the dialog's box that counts.
    """
    cells, problems = terminal.screen.buffer, []
    height, width = terminal.screen.lines, terminal.screen.columns
    dialogs = [y for y in range(height) if "▊▔▔▔" in terminal.screen.display[y]]
    for top in dialogs[-1:] or range(height):
        tops, sides = ("▊▎", "▊▎") if dialogs else ("╭╮", "│├┤")
        corners = [x for x in range(width) if cells[top][x].data in tops]
        for left, right in zip(corners[::2], corners[1::2], strict=False):
            bottoms = [y for y in range(top + 1, height) if cells[y][left].data + cells[y][right].data in ("╰╯", "▊▎")]
            bottom = bottoms[-1] if dialogs and bottoms else min(bottoms, default=top)
            for y in range(top + 1, bottom):
                ends = cells[y][left].data, cells[y][right].data
                if not set(ends) <= set(sides):
                    problems.append(f"line {y}: {ends} at {left} and {right}")
    return problems


def rest(terminal: Terminal) -> None:
    """Read until two looks at the screen agree and its boxes are whole: a starved app draws a frame in pieces."""
    before = terminal.text
    terminal.rest()
    for _ in range(LOOKS):
        if before == terminal.text and not crooked(terminal):
            break
        before = terminal.text
        terminal.rest(first=0.05)


def under_cursor(terminal: Terminal) -> str:
    return next((row for row in terminal.screen.display if row.startswith("▌")), "")


def move(terminal: Terminal, key: str) -> str:
    """Press a key that moves the cursor of a list, and return the row where it is then."""
    before = under_cursor(terminal)
    terminal.press(key)
    terminal.wait_until(lambda: under_cursor(terminal) not in (before, ""), f"another row after {key!r}")
    rest(terminal)
    return under_cursor(terminal)


def pressed(key: str, terminal: Terminal) -> Iterator[str]:
    """Press a key and yield what the terminal shows then; to the end of a list that is many times."""
    if key != THROUGH:
        terminal.press(key)
        rest(terminal)
        yield terminal.text
        return
    last, row = move(terminal, END), move(terminal, HOME)
    while row != last:
        row = move(terminal, PAGE)
        yield terminal.text


def walk(terminal: Terminal, keys: Sequence[str] = WALK) -> set[str]:
    """Press all keys; return the signs of hostile strings that stood on the screen.

    Raises AssertionError when the app ends, or a box is not whole.
    """
    seen: set[str] = set()
    terminal.wait_until(lambda: "Continue" in terminal.text and "Reading" not in terminal.text, "Home")
    for number, key in enumerate(keys):
        for text in pressed(key, terminal):
            assert terminal.process.poll() is None, f"it ended at key {number}, {key!r}:\n{text}"
            assert not crooked(terminal), f"after key {number}, {key!r}:\n{text}"
            seen.update(SIGN.findall(text))
    return seen

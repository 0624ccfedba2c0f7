"""What guests try inside the app: every screen and its keys, forms, the palette, the mouse, and a session that ends."""

from collections.abc import Callable, Iterator

from tests.support.guests.attempts import OK, leave, opened
from tests.support.guests.library import MIKA
from tests.support.guests.server import Ended
from tests.support.guests.trial import Attempt, Trial
from tests.support.terminal import Terminal

ESC, ENTER, TAB, SEND, RIGHT, DOWN = "\x1b", "\r", "\t", "\x13", "\x1b[C", "\x1b[B"
HOME, LIST, SEARCH, STATS, TRENDS, OPS = "\x1bOP", "\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[15~", "\x1b[17~"
F7, F8, F9 = "\x1b[18~", "\x1b[19~", "\x1b[20~"

ENDED = frozenset({OK, 77, 129})
"""Endings of an app: its guest left, was nobody any more, or was gone."""

_LETTERS = "abcdefghijklmnoprstuvwxyzABCDEFGHIJKLMNOPRSTUVWXYZ+-*/#.=_[],;<>?!0123456789"


def door(what: str, *presses: str, patience: float = 1.0) -> Attempt:
    """Return an attempt with an app of its own: each of `presses` is sent when the screen has come to rest."""
    return visit(what, lambda terminal, trial: press(terminal, *presses, patience=patience))


def visit(what: str, hands: Callable[[Terminal, Trial], None], codes: frozenset[int] = ENDED) -> Attempt:
    """Return an attempt with an app of its own, in which `hands` do something, and which ends so."""

    def act(trial: Trial) -> Ended:
        with Terminal(trial.server.ssh(MIKA, "-tt"), columns=120, rows=36) as terminal:
            opened(terminal)
            try:
                hands(terminal, trial)
            except OSError:  # the app has ended, and its terminal with it
                pass
            else:
                leave(terminal)
            code = terminal.end()
            return Ended(code, bytes(terminal.received) + terminal.text.encode())

    return Attempt("app", what, act, codes)


def press(terminal: Terminal, *presses: str, patience: float = 1.0) -> None:
    """Press keys one after the other."""
    for keys in presses:
        terminal.press(keys)
        terminal.rest(first=patience)


def doors() -> Iterator[Attempt]:
    """Yield all doors of the app, the most worthwhile first."""
    yield visit("its session is ended from elsewhere; a new account", _ended_elsewhere, frozenset({77}))
    yield door("Ops: take a snapshot", OPS, "r", SEND, patience=3.0)
    yield door("Ops: replace today's", OPS, "r", TAB, TAB, RIGHT, SEND, patience=3.0)
    yield door("Ops: compute", OPS, "j", SEND, patience=3.0)
    yield visit("Ops: compute on a Spark of one's own", _on_my_spark)
    yield door("Ops: back up, five times", OPS, "b", "b", "b", "b", "b", patience=2.0)
    yield door("Ops: the doctor", OPS, "d", patience=2.0)
    yield door("Ops: check, rejects, live, cancel", OPS, "v", "e", "l", "c", "y", ENTER)
    yield visit("every key of every screen", _every_key)
    yield visit("a click on every part of every screen", _every_cell)
    for words in ("snapshot", "back up", "doctor", "compute", "screenshot", "sign in", "save", "export"):
        yield door(f"the palette: {words}", ":", words, ENTER, SEND, patience=1.0)
    yield door("F9, and a new account", F9, "\x0e", "evil", TAB, "evil@example.org", TAB, "long enough", SEND)
    yield door("F9, and the keeper's password", F9, "keeper", TAB, "guess", SEND)
    yield door("theme and motion", F7, F8, F8, F7)
    yield door("a view by a file's name", LIST, "V", "../../config/config.toml", ENTER)
    yield door("notes and tags that name files", LIST, "n", "@/etc/passwd $(id)", SEND, "t", "../../x", SEND)
    yield door("a filter that is a statement", LIST, "/", "' OR 1=1 --", ENTER)
    yield door("words that are a file", SEARCH, "/", "file:///etc/passwd", ENTER, patience=2.0)
    yield door("details, and the source", LIST, ENTER, "o", TAB, TAB, TAB, patience=2.0)
    yield door("suspend, interrupt, quit, stop", "\x1a", "\x03", "\x1c", "\x13", "\x04", "\x0f")
    yield door("undo and redo of what others did", *("u" * 6), *("\x12" * 6))


def _ended_elsewhere(terminal: Terminal, trial: Trial) -> None:
    ended = trial.server.run([*trial.server.ssh(MIKA), "account sessions --all-others"])
    assert ended.code == OK, ended
    evil = ("evil", TAB, "evil@example.org", TAB, "long enough to be one", ENTER)
    press(terminal, LIST, "+", "\x0e", *evil, ESC, F9, "\x0e", *evil)
    terminal.end()  # of itself


def _on_my_spark(terminal: Terminal, trial: Trial) -> None:
    """Give the address of a listener as the target, in whatever field takes it."""
    press(terminal, OPS, "j", TAB, RIGHT)
    for _ in range(3):
        press(terminal, TAB, "\x15spark://127.0.0.1:9")
    press(terminal, SEND, patience=3.0)


def _every_key(terminal: Terminal, trial: Trial) -> None:
    for screen in (HOME, LIST, SEARCH, STATS, TRENDS, OPS):
        for key in _LETTERS:
            terminal.press(screen + key)
            terminal.rest(first=0.05)
            terminal.press(ENTER if key in "brvdj" and screen == OPS else "")
            terminal.press(ESC * 3)
            terminal.rest(first=0.05)


def _every_cell(terminal: Terminal, trial: Trial) -> None:
    for screen in (HOME, LIST, SEARCH, STATS, TRENDS, OPS):
        press(terminal, screen)
        for row in (1, 2, 5, 9, 20, 35, 36):
            for column in range(3, 120, 9):
                terminal.press(f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")
            terminal.rest(first=0.1)
        press(terminal, ESC * 3)

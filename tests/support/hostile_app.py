"""Hostile strings typed and pasted into every form of the app, in a real terminal."""

import re
from collections.abc import Iterator
from itertools import islice
from random import Random

from catlog.text import clean
from tests.support.hostile import structured
from tests.support.hostile_walk import ENTER, ESC, F, crooked, rest
from tests.support.terminal import Terminal

PASTE_BEGINS, PASTE_ENDS = "\x1b[200~", "\x1b[201~"

FORMS: tuple[tuple[str, ...], ...] = (
    (F[2], "/"),
    (F[2], "n"),
    (F[2], "t"),
    (F[2], "e"),
    (F[2], "V"),
    (F[2], "a"),
    (F[3], "/"),
    (F[1], ":"),
    (F[1], "p", "n"),
)
"""The keys that lead to each field for words: filter, notes, tags, editor, views, search, palette, the cat's name."""


def forms(terminal: Terminal, rng: Random, strings: int, first: int = 0) -> int:
    """Paste many strings into every form, type some, send them, and go on; return how many went in.

    Raises AssertionError when the app ends, or a box is not whole.
    """
    texts, used = structured(rng, 10**9, first), 0
    each = -(-strings // (2 * len(FORMS)))
    for keys in FORMS:
        for sent in (_pasted(islice(texts, each)), _typed(islice(texts, min(each, 3)))):
            used += each if sent.startswith(PASTE_BEGINS) else min(each, 3)
            _press(terminal, *keys, sent, ENTER, ESC, ESC, ESC)
    return used


def _press(terminal: Terminal, *keys: str) -> None:
    for key in keys:
        terminal.send(key.encode("utf-8", "replace"))
        rest(terminal)
        assert terminal.process.poll() is None, f"it ended at {key[:80]!a}:\n{terminal.text}"
        assert not crooked(terminal), f"after {key[:80]!a}:\n{terminal.text}"


def _pasted(texts: Iterator[str]) -> str:
    """Return a paste of strings; a terminal takes the end of a paste out of what it pastes."""
    inside = "\n".join(texts)
    while PASTE_ENDS in inside:
        inside = inside.replace(PASTE_ENDS, "")
    return f"{PASTE_BEGINS}{inside}{PASTE_ENDS}"


def _typed(texts: Iterator[str]) -> str:
    """Return strings as they can be typed: what drives a terminal would be keys."""
    return re.sub(r"[\x00-\x1f]", " ", clean(" ".join(texts), limit=400))

"""A library of nothing but hostile strings, walked through by keys in a real terminal: it stays text everywhere."""

from random import Random

import pytest

from catlog.config import Settings
from catlog.errors import ExitCode
from tests.support.hostile import listed, structured
from tests.support.hostile_library import fill_with
from tests.support.hostile_walk import walk
from tests.support.outpour import driving
from tests.support.terminal import Terminal
from tests.tui.trouble.libraries import environ

RANDOM = 5_000


@pytest.fixture
def hostile(library: Settings) -> Settings:
    """Give the demo library with every text in it replaced, and as many titles as there are written-out strings."""
    known = listed()
    fill_with(library, [*known, *structured(Random(1), RANDOM, len(known))], len(known))
    return library


def test_hostile_text_stays_text_on_every_screen_and_in_every_dialog(hostile: Settings) -> None:
    surroundings = {**environ(hostile), "CATLOG_JIKAN_URLS": "http://127.0.0.1:9"}
    with Terminal(environ=surroundings) as terminal:
        seen = walk(terminal)
        terminal.press("\x11")
        assert terminal.end() == ExitCode.OK
        output = terminal.received.decode("utf-8")
    assert not list(driving(output))
    assert len(seen) >= 300, "so many of them stood on the screen"

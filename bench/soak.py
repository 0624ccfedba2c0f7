"""Two hours of a scripted user without the waiting: whether the app takes more and more of the machine.

    python -m bench.soak
    python -m bench.soak --database postgresql --laps 8

The real app in a real terminal, on the demo library, with a source on loopback. A lap plays every scene of
tests/support/soak.py: all screens, details opened and closed, searches typed, edits of every kind and their undo,
forms, help, palette, themes, sizes of the window, the source gone and back, on PostgreSQL the database as well. A user
who presses a key a second makes 7,200 in two hours; so many are pressed. After each lap, at rest: resident memory, open
descriptors, threads. The last quarter is held against the second one. Exits with 1 unless none of them is more than 5 %
above it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from random import Random

from catlog.config import Settings, load_settings
from catlog.demo.build import build_demo
from tests.support.databases import KINDS, POSTGRESQL, SQLITE
from tests.support.jikan import JikanStandIn
from tests.support.postgres import PostgresServer, start_postgres
from tests.support.soak import LIST, Taken, add_covers, growth, live, press, resize
from tests.support.terminal import Terminal

KEYS_OF_TWO_HOURS = 7_200
"""A key a second."""

GOAL = 5.0
"""Percent that the last quarter may be above the second one."""

AWAY = "database is offline"


def main() -> int:
    """Soak, print, and return 1 when something grew."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=KINDS, default=SQLITE, help="(default: %(default)s)")
    parser.add_argument("--laps", type=int, help=f"instead of as many as {KEYS_OF_TWO_HOURS:,} keys take; at least 4")
    parser.add_argument("--quick", action="store_true", help="four laps")
    given = parser.parse_args()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="catlog-soak-")))
        server = stack.enter_context(start_postgres(own=True)) if given.database == POSTGRESQL else None
        jikan = stack.enter_context(JikanStandIn(size=200))
        settings = prepare(home, server)
        terminal = stack.enter_context(opened(settings, jikan.url))
        return soak(terminal, 4 if given.quick else given.laps, jikan, server)


def prepare(home: Path, server: PostgresServer | None) -> Settings:
    """Make the demo library with covers, in a file or on the server."""
    own = {"CATLOG_HOME": str(home)}
    if server is not None:
        own["CATLOG_DATABASE_URL"] = server.create_database("soak")
    else:
        own["CATLOG_DATABASE_URL"] = f"sqlite:///{home / 'demo.sqlite'}"
    settings = load_settings(own)
    build_demo(settings.database_url, settings)
    add_covers(settings, Random(1))
    return settings


@contextmanager
def opened(settings: Settings, source: str) -> Iterator[Terminal]:
    """Open the app and wait for its first screen."""
    environ = {
        "CATLOG_HOME": str(settings.paths.config.parent),
        "CATLOG_DATABASE_URL": settings.database_url,
        "CATLOG_JIKAN_URLS": source,
        "CATLOG_JIKAN_RATE": "1000",
        "CATLOG_JIKAN_BACKOFF": "0",
    }
    with Terminal(environ=environ, columns=100, rows=30) as terminal:
        terminal.wait_for("Continue")
        yield terminal


def soak(terminal: Terminal, laps: int | None, jikan: JikanStandIn, server: PostgresServer | None) -> int:
    """Play laps, print a line of each and the figure; return the exit code."""

    def source_goes() -> int:
        jikan.stop()
        keys = press(terminal, ("f2", "enter", "o", "escape"))
        jikan.start()
        return keys

    def database_goes() -> int:
        assert server is not None
        keys = press(terminal, LIST)
        server.stop()
        keys += press(terminal, "+")
        terminal.wait_for(AWAY)
        server.start()
        terminal.wait_until(lambda: AWAY not in terminal.text, "the database back")
        return keys + press(terminal, "u")

    events: list[Callable[[], int]] = [partial(resize, terminal), source_goes]
    if server is not None:
        events.append(database_goes)
    keys, samples, begun = 0, list[Taken](), time.monotonic()
    for pressed, taken in live(terminal, laps or KEYS_OF_TWO_HOURS, events=events):
        keys += pressed
        samples.append(taken)
        print(f"{keys:6,} keys  {taken.memory:6.1f} MB  {taken.descriptors} descriptors  {taken.threads} threads")
        sys.stdout.flush()
        if laps is None and keys >= KEYS_OF_TWO_HOURS:
            break
    return print_growth(keys, len(samples), time.monotonic() - begun, growth(samples))


def print_growth(keys: int, laps: int, seconds: float, grown: dict[str, tuple[float, float]]) -> int:
    """Print the figure; return 1 when it is no good."""
    parts, worst = [], 0.0
    for name, (second, last) in grown.items():
        percent = (last / second - 1) * 100
        worst = max(worst, percent)
        parts.append(f"{name} {second:.1f} -> {last:.1f}{' MB' if name == 'memory' else ''} ({percent:+.1f} %)")
    flat = "flat" if worst <= GOAL else "NOT FLAT"
    print(f"soak: {keys:,} keys in {laps} laps, {seconds / 60:.0f} min: {', '.join(parts)}: {flat} (goal: {GOAL:g} %)")
    return 0 if worst <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())

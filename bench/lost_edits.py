"""Edits shown as made, in an app that is killed, hung up and ended, on a database that restarts: none may be lost.

    python -m bench.lost_edits --edits 2000

The real app in a real pty, half of the edits on SQLite and half on a PostgreSQL of its own. `+` is held on a title (30
a second) until, at a random moment, one of `DEATHS` comes; the next app makes what the journal of the dead one keeps.
An edit counts from the moment that the terminal had drawn its result, in the list or in a toast, waiting or not. Lost
are those that the database does not have once the next app has started, doubled those that nobody pressed a key for;
the activity log must tell of as many steps as the list counts episodes. Exits with 1 unless all is well.
"""

from __future__ import annotations

import argparse
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import text

from catlog.config import Settings, load_settings
from catlog.db.session import Database
from tests.library.people import BEBOP, FRIEREN, GINTAMA, ONE_PIECE
from tests.support.databases import KINDS, SQLITE
from tests.support.postgres import PostgresServer, start_postgres
from tests.support.terminal import Terminal
from tests.tui.trouble.libraries import environ, fill

KILL, HANGUP, HUP, TERM, RESTART, OUTAGE = "kill -9", "hangup", "SIGHUP", "SIGTERM", "restart", "kill -9 while offline"
DEATHS = (KILL, KILL, HANGUP, HUP, TERM)
DEATHS_OF_SERVER = (*DEATHS, RESTART, RESTART, OUTAGE)
SIGNALS = {KILL: signal.SIGKILL, HUP: signal.SIGHUP, TERM: signal.SIGTERM}

TITLES = {BEBOP: "Cowboy Bebop", GINTAMA: "Gintama", ONE_PIECE: "One Piece", FRIEREN: "Sousou no Frieren"}
"""In the order of the list."""

LIST, DOWN = "\x1bOQ", "\x1b[B"
HELD_RATE = 30
LONGEST_LIFE = 45
"""Keys pressed in one life, at most."""


@dataclass
class Tally:
    """What was done and seen. The last three must stay 0."""

    sent: int = 0
    shown: int = 0
    deaths: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    doubled: int = 0
    unlogged: int = 0

    @property
    def clean(self) -> bool:
        """Whether nothing went wrong."""
        return not (self.lost or self.doubled or self.unlogged)

    def __str__(self) -> str:
        deaths = ", ".join(f"{count} {name}" for name, count in sorted(self.deaths.items()))
        return (
            f"{self.shown:,} edits shown of {self.sent:,} keys; {self.deaths.total()} deaths ({deaths}): {self.lost} "
            f"lost, {self.doubled} doubled, {self.unlogged} without their step in the log"
        )


class Lives:
    """One library, and app after app on it; `server` is what to stop under them, None for a file."""

    def __init__(self, settings: Settings, server: PostgresServer | None, rng: Random) -> None:
        self.tally = Tally()
        self._settings = settings
        self._server = server
        self._rng = rng
        self._environ = {name: value for name, value in environ(settings).items() if name != "CATLOG_NOW"}
        self._database = Database(settings.database_url)
        with self._database.connect_to_write() as connection:  # so that there is always one more to watch
            connection.execute(text('UPDATE "ProcessedAnime" SET episodes = NULL'))

    def run(self, edits: int) -> None:
        """Let apps live and die until they have shown so many edits, then look at what is stored."""
        while self.tally.shown < edits:
            self._live()
        with self._opened():
            self._settle()
        steps = self._logged()
        self.tally.unlogged = sum(abs(count - steps[mal_id]) for mal_id, count in self._stored().items())
        self._database.close()

    def _live(self) -> None:
        """Open the app, press, let a death come, and count what the next app leaves in the database."""
        mal_id = self._rng.choice(list(TITLES))
        death = self._rng.choice(DEATHS if self._server is None else DEATHS_OF_SERVER)
        with self._opened() as terminal:
            self._settle()
            before = self._stored()
            for _ in range(list(TITLES).index(mal_id)):
                terminal.press(DOWN)
            terminal.rest()
            life = _Life(terminal, TITLES[mal_id], before[mal_id])
            self._press(life, self._rng.randint(5, LONGEST_LIFE), death)
            self._die(life, death)
        self.tally.deaths[death] += 1
        self.tally.sent += life.sent
        self.tally.shown += life.shown - before[mal_id]
        with self._opened():
            self._settle()
        after = self._stored()
        self.tally.lost += max(0, life.shown - after[mal_id])
        self.tally.doubled += max(0, after[mal_id] - before[mal_id] - life.sent)
        for other in TITLES.keys() - {mal_id}:
            self.tally.lost += max(0, before[other] - after[other])
            self.tally.doubled += max(0, after[other] - before[other])

    def _press(self, life: _Life, keys: int, death: str) -> None:
        """Hold the key; the database goes somewhere in between, if that is what happens in this life."""
        away = self._rng.randrange(keys) if death in (RESTART, OUTAGE) else keys
        for number in range(keys):
            if number == away and self._server is not None:
                self._server.stop()
            life.press()
            if number > away and death == RESTART and self._server is not None and self._rng.random() < 0.1:
                self._server.start()
        life.watch(self._rng.uniform(0, 0.3))

    def _die(self, life: _Life, death: str) -> None:
        if death == HANGUP:
            life.terminal.hang_up()
        elif death == RESTART and self._server is not None:
            # The app outlives it; what waits is made by this very app, or left to the next when it is killed.
            self._server.start()
            life.watch(self._rng.uniform(0, 4))
            life.terminal.signal(signal.SIGKILL)
        else:
            life.terminal.signal(SIGNALS.get(death, signal.SIGKILL))
        life.terminal.end()
        life.look()
        if death == OUTAGE and self._server is not None:
            self._server.start()

    @contextmanager
    def _opened(self) -> Iterator[Terminal]:
        with Terminal(environ=self._environ, columns=100) as terminal:
            terminal.wait_for("? help")
            terminal.press(LIST)
            terminal.wait_for(TITLES[FRIEREN])
            yield terminal

    def _settle(self) -> None:
        """Wait until the journals are empty: the app has made what was waiting."""
        until = time.monotonic() + 30
        while any(file.stat().st_size for file in (self._settings.paths.state / "journal").glob("*.jsonl")):
            if time.monotonic() > until:
                raise TimeoutError("the app does not make what waits in the journal")
            time.sleep(0.02)

    def _stored(self) -> dict[int, int]:
        with self._database.read() as session:
            return dict(session.connection().execute(text('SELECT "malId", "episodesWatched" FROM "UserAnime"')).all())

    def _logged(self) -> Counter[int]:
        query = 'SELECT "malId", count(*) FROM "ActivityLog" WHERE action = \'watch\' GROUP BY "malId"'
        with self._database.read() as session:
            return Counter(dict(session.connection().execute(text(query)).all()))


class _Life:
    """One run of the app: keys sent, and the highest number of episodes that the terminal has drawn."""

    def __init__(self, terminal: Terminal, title: str, watched: int) -> None:
        self.terminal = terminal
        self.shown = watched
        self.sent = 0
        self._begun = watched
        self._drawn = re.compile(rf"▸  {title} .*? (\d+)/\?|{title}: episodes \d+ → (\d+) ")

    def press(self) -> None:
        """Press the key, and look at what comes until it is time for the next."""
        self.terminal.press("+")
        self.sent += 1
        self.watch(1 / HELD_RATE)

    def watch(self, seconds: float) -> None:
        """Look at what is drawn for some seconds."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.terminal.rest(min(left, 0.01), first=min(left, 0.01))
        self.look()

    def look(self) -> None:
        """Note what is drawn. A number above all that was asked for is one that is being overwritten."""
        for number in self._drawn.findall(self.terminal.text):
            watched = int(number[0] or number[1])
            if watched <= self._begun + self.sent:
                self.shown = max(self.shown, watched)


def measure(kind: str, edits: int, seed: int) -> Tally:
    """Make a library on a database of that kind and let apps die on it."""
    with tempfile.TemporaryDirectory(prefix="catlog-bench-") as folder:
        if kind == SQLITE:
            return _measured(load_settings({"CATLOG_HOME": folder}), None, edits, seed)
        with start_postgres(own=True) as server:
            url = server.create_database("edits")
            settings = load_settings({"CATLOG_HOME": folder, "CATLOG_DATABASE_URL": url})
            return _measured(settings, server, edits, seed)


def _measured(settings: Settings, server: PostgresServer | None, edits: int, seed: int) -> Tally:
    fill(settings)
    lives = Lives(settings, server, Random(seed))
    lives.run(edits)
    return lives.tally


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edits", type=int, default=2000, help="that are shown, on all databases together (2000)")
    parser.add_argument("--database", choices=KINDS, action="append", help="default: both")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    given = parser.parse_args()
    kinds, clean = given.database or KINDS, True
    for kind in kinds:
        begun = time.monotonic()
        tally = measure(kind, -(-given.edits // len(kinds)), given.seed)
        print(f"{kind}: {tally} ({time.monotonic() - begun:.0f} s)", flush=True)
        clean = clean and tally.clean
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())

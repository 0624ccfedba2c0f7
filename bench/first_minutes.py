"""The first five minutes in a terminal, from an empty home: a list, the catalogue, the first episode; keys and seconds.

A list of 1,077 entries lies in Downloads, and the stand-in for Jikan answers at the pace of a public source.
With `--old FOLDER`, a checkout of version 0.1.0 does the same as well as it can: a form for an account, the import as a
command in a shell, and two runs of the ETL on the screen Ops.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from xml.sax.saxutils import escape

from catlog.text import clean
from tests.support.jikan import JikanStandIn, make_catalogue
from tests.support.terminal import Terminal

ENTRIES = 1_077
WATCHING = 12
RANKED = 80
"""Titles with a rank in the top 100 of the stand-in, some of which have none."""


STATUSES = ("Watching", "Completed", "Plan to Watch", "On-Hold")
NAME = "animelist_1763424000_-_12711.xml"


class Session:
    """Hands on the keyboard: counts the keys, and tells when something was reached."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.keys = 0
        self._began = time.monotonic()

    def press(self, *keys: str) -> None:
        """Press keys one after the other, each when the one before is drawn."""
        for key in keys:
            self.keys += 1
            self.terminal.press(key)
            self.terminal.rest()

    def reached(self, what: str) -> None:
        """Print keys and seconds until now."""
        print(f"{what:36} {self.keys:5} keys {time.monotonic() - self._began:7.1f} s", flush=True)


def write_export(file: Path) -> None:
    """Write a list as MyAnimeList exports it: titles of the stand-in's catalogue, then others."""
    titles = [(one["mal_id"], clean(str(one["title"])), one.get("episodes") or 12) for one in make_catalogue().entries]
    titles += [(900_000 + at, f"Some Other Title {at}", 12) for at in range(ENTRIES - len(titles))]
    rows = []
    for at, (mal_id, title, episodes) in enumerate(titles[:ENTRIES]):
        status = STATUSES[0] if at < WATCHING else STATUSES[1] if at < 700 else STATUSES[2 + at % 2]
        seen = {"Watching": 1, "Completed": episodes}.get(status, 0)
        rows.append(
            f"<anime><series_animedb_id>{mal_id}</series_animedb_id><series_title>{escape(str(title))}</series_title>"
            f"<series_type>TV</series_type><series_episodes>{max(2, episodes)}</series_episodes>"
            f"<my_watched_episodes>{seen}</my_watched_episodes><my_score>{at % 11}</my_score>"
            f"<my_status>{status}</my_status></anime>"
        )
    head = "<?xml version='1.0' encoding='UTF-8'?><myanimelist><myinfo><user_export_type>1</user_export_type></myinfo>"
    file.parent.mkdir(parents=True)
    file.write_text(f"{head}{''.join(rows)}</myanimelist>")


def run_new(environ: Mapping[str, str], library: Path) -> int:
    """Go through the first steps of this version, and return the number of keys."""
    with Terminal(environ=environ, columns=100, rows=30) as terminal:
        at = Session(terminal)
        terminal.wait_for(f"{ENTRIES:,} new")
        at.reached("the first steps show the list")
        at.press("\r")
        at.press("\r")
        at.press("\r")
        terminal.wait_until(lambda: entries(library) == ENTRIES, "the list in the library")
        at.reached("the list is in, the cat has its name")
        at.press("2")
        terminal.wait_for("Watching")
        at.press("+")
        terminal.wait_until(lambda: steps(library) > 1, "the first episode")
        at.reached("the first episode is logged")
        terminal.wait_until(lambda: ranked(library) >= RANKED, "the top 100")
        at.reached("the catalogue is here")
        return at.keys


def run_old(folder: Path, environ: Mapping[str, str], library: Path) -> int:
    """Do the same with version 0.1.0, and return the number of keys."""
    command = (
        sys.executable,
        "-c",
        f"import os, sys; os.chdir({str(folder)!r}); sys.path.insert(0, {str(folder)!r}); "
        "from catlog.__main__ import main; sys.exit(main())",
    )
    with Terminal(command, environ=environ, columns=100, rows=30) as terminal:
        at = Session(terminal)
        terminal.wait_for("Password")
        for text in ("mika", "mika@example.org", "a quiet afternoon"):
            at.press(*text, "\r")
        terminal.wait_for("mika")
        at.press("q")
        terminal.end()
    typed = "catlog list import ~/Dow\tani\t\r"
    at.keys += len(typed)
    file = Path(environ["HOME"]) / "Downloads" / NAME
    subprocess.run(
        [*command, "list", "import", str(file)], env={**os.environ, **environ}, check=True, capture_output=True
    )
    at.reached("the list is in, by a command")
    at.keys += len("catlog\r")
    with Terminal(command, environ=environ, columns=100, rows=30) as terminal:
        at.terminal = terminal
        terminal.wait_for("Home")
        at.press("\x1bOQ")
        terminal.wait_for("Watching")
        at.press("+")
        terminal.wait_until(lambda: steps(library) > 1, "the first episode")
        at.reached("the first episode is logged")
        at.press("\x1b[17~")
        terminal.rest(first=2)
        at.press("r", "\x13")
        terminal.wait_until(lambda: ranked(library) >= RANKED, "the top 100")
        at.press("\x1b", "r", "\x1b[C", "\x13")
        terminal.rest(0.5, first=20)
        at.reached("the catalogue is here")
        return at.keys


def entries(library: Path) -> int:
    """Return how many entries the list has."""
    return _figure(library, 'SELECT count(*) FROM "UserAnime"')


def steps(library: Path) -> int:
    """Return how many steps the log of the list has: an import is one, an episode another."""
    return _figure(library, 'SELECT count(*) FROM "ActivitySteps"')


def ranked(library: Path) -> int:
    """Return how many titles have a rank."""
    return _figure(library, 'SELECT count(rank) FROM "DailyRankings"')


def _figure(library: Path, query: str) -> int:
    try:
        with closing(sqlite3.connect(f"file:{library}?mode=ro", uri=True)) as connection:
            return int(connection.execute(query).fetchone()[0])
    except sqlite3.Error:
        return 0


@contextmanager
def empty_home() -> Iterator[tuple[dict[str, str], Path]]:
    """Give the environment of a user without anything but an export, and the file of the library to be."""
    with tempfile.TemporaryDirectory() as folder, JikanStandIn() as server:
        home = Path(folder)
        write_export(home / "Downloads" / NAME)
        environ = {"HOME": str(home), "CATLOG_HOME": str(home / "catlog"), "CATLOG_JIKAN_URLS": server.url}
        yield environ, home / "catlog" / "data" / "catlog.sqlite"


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.first_minutes", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--old", type=Path, metavar="FOLDER", help="a checkout of version 0.1.0, to compare with")
    folder = parser.parse_args().old
    scripts: list[tuple[str, Callable[[Mapping[str, str], Path], int]]] = [("this version", run_new)]
    if folder is not None:
        scripts.append(("version 0.1.0", lambda environ, library: run_old(folder.absolute(), environ, library)))
    for name, script in scripts:
        print(f"-- {name}")
        with empty_home() as (environ, library):
            script(environ, library)


if __name__ == "__main__":
    main()

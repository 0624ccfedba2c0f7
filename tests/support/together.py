"""Many processes on one database: an app, a loading and writers on one file; many apps on a server that goes away.

Nothing may be lost or counted twice, and nobody may be told that the database is locked.
"""

import re
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import text

from catlog import clock
from catlog.accounts.identity import current_user, remember
from catlog.accounts.sign_in import begin_session
from catlog.accounts.users import register
from catlog.config import Settings
from catlog.db.bulk import upsert
from catlog.db.models import ProcessedAnime
from catlog.db.session import Database
from catlog.errors import ExitCode
from catlog.library.edits import Add
from catlog.library.entries import Origin, Status
from catlog.library.writer import EditRequest, edit_all
from catlog.paths import paths_under
from tests.support.cli import CommandLine, Nursery
from tests.support.jikan import JikanStandIn
from tests.support.postgres import PostgresServer
from tests.support.terminal import PATIENCE, Terminal
from tests.tui.trouble.libraries import environ_as_here, fill

APPS_TITLE, FIRST_TITLE = 9100, 9101
PAGES = 2
LIST, ALL, LEAVE = "\x1bOQ", "h", "\x11"

_LOCKED = re.compile(r"locked|is busy|another writer")


@dataclass
class Shared:
    """What was seen of a file that all write to. `locked`, `failed`, `lost` and `doubled` must stay 0.

    `seconds` are those of each command that wrote, from its fork to its end; `failed` are other endings than success,
    in words.
    """

    presses: int = 0
    loads: int = 0
    seconds: list[float] = field(default_factory=list)
    locked: int = 0
    failed: list[str] = field(default_factory=list)
    lost: int = 0
    doubled: int = 0

    @property
    def clean(self) -> bool:
        """Whether nothing went wrong."""
        return not (self.locked or self.failed or self.lost or self.doubled)

    def __str__(self) -> str:
        times = sorted(self.seconds)
        p99 = statistics.quantiles(times, n=100)[98] if len(times) > 1 else 0.0
        return (
            f"{len(times):,} commands that write (middle {statistics.median(times) * 1000:.0f} ms, p99 "
            f"{p99 * 1000:.0f} ms, at most {times[-1] * 1000:.0f} ms), {self.presses:,} edits in the app, {self.loads} "
            f"loadings: {self.locked} locked, {len(self.failed)} failed, {self.lost} lost, {self.doubled} doubled"
        )


def share_file(settings: Settings, folder: Path, *, writers: int, seconds: float, commands: int = 0) -> Shared:
    """Let an app, the loading of a day again and again, and that many writers share one SQLite file.

    They go on for `seconds`, or until each writer has made so many `commands`.
    """
    fill(settings)
    titles = [FIRST_TITLE + number for number in range(writers)]
    _put(settings, [APPS_TITLE, *titles])
    shared, until, lock = Shared(), time.monotonic() + seconds, threading.Lock()
    counts: Counter[int] = Counter()
    done = threading.Event()

    def write(mal_id: int, nursery: Nursery, catlog: CommandLine) -> None:
        while time.monotonic() < until and not (commands and counts[mal_id] >= commands):
            begun = time.monotonic()
            ending = nursery.run(catlog, "list", "watch", mal_id, "+1")
            with lock:
                shared.seconds.append(time.monotonic() - begun)
                _note(shared, ending.code, ending.err)
                counts[mal_id] += not ending.code

    def load(nursery: Nursery, catlog: CommandLine) -> None:
        while not done.is_set():
            ending = nursery.run(catlog, "etl", "run", "--pages", PAGES, "--replace")
            with lock:
                _note(shared, ending.code, ending.err)
                shared.loads += not ending.code

    with ExitStack() as stack:
        source = stack.enter_context(JikanStandIn())
        catlog = CommandLine(environ_as_here(settings)).having(jikan_urls=source.url, jikan_rate=1000)
        nurseries = [Nursery(_made(folder / f"nursery{number}")) for number in range(writers + 1)]
        for nursery in nurseries:
            stack.callback(nursery.close)
        app = stack.enter_context(App(settings, APPS_TITLE))
        loader = threading.Thread(target=load, args=(nurseries[0], catlog))
        threads = [
            threading.Thread(target=write, args=(mal_id, nursery, catlog))
            for mal_id, nursery in zip(titles, nurseries[1:], strict=True)
        ]
        for thread in (loader, *threads):
            thread.start()
        while any(thread.is_alive() for thread in threads):
            app.press()
            app.rest(1.0)
        done.set()
        loader.join()
        app.leave()
        shared.presses = counts[APPS_TITLE] = app.presses
        shared.locked += app.locked
    _compare(shared, counts, _watched(settings))
    return shared


@dataclass
class Outlived:
    """What was seen of apps whose server went away. All but the first four must stay 0.

    `resumed` are those that made what had waited by themselves, and took an edit after it.
    """

    apps: int = 0
    presses: int = 0
    waited: int = 0
    resumed: int = 0
    ended: int = 0
    lost: int = 0
    doubled: int = 0

    @property
    def clean(self) -> bool:
        """Whether nothing went wrong."""
        return self.resumed == self.apps and not (self.ended or self.lost or self.doubled)

    def __str__(self) -> str:
        return (
            f"{self.apps} apps, {self.presses} edits, {self.waited} of them while the server was away: {self.ended} "
            f"apps ended by it, {self.resumed} resumed, {self.lost} lost, {self.doubled} doubled"
        )


def outlive_server(
    settings: Settings, server: PostgresServer, folder: Path, *, apps: int, seconds: float, say: Callable[[str], object]
) -> Outlived:
    """Open that many apps, each of a person of its own, and stop the server under them for some seconds."""
    fill(settings)
    seen = Outlived(apps)
    with ExitStack() as stack:
        opened = []
        for number in range(apps):
            own = _person(settings, folder, number)
            opened.append(stack.enter_context(App(own, APPS_TITLE)))
            say(f"{number + 1} apps are open")
        for app in opened:
            app.press()
        _until(opened, lambda app: app.is_saved)
        server.stop()
        stopped = time.monotonic()
        say("the server is stopped")
        for app in opened:
            app.press()
            app.press()
            seen.waited += 2
        _until(opened, lambda app: app.waits)
        while (left := stopped + seconds - time.monotonic()) > 0:
            time.sleep(min(left, 0.5))
            for app in opened:
                app.rest(0)
        seen.ended = sum(app.has_ended for app in opened)
        server.start()
        say(f"the server is back after {time.monotonic() - stopped:.0f} s")
        going = [app for app in opened if not app.has_ended]
        _until(going, lambda app: app.is_saved)
        for app in going:
            app.press()
        _until(going, lambda app: app.is_saved)
        seen.resumed = sum(app.leave() == ExitCode.OK for app in going)
        for app in opened:
            seen.presses += app.presses
            gap = app.presses - _watched(app.settings)[APPS_TITLE]
            seen.lost += max(0, gap)
            seen.doubled += max(0, -gap)
    return seen


class App:
    """The app in a terminal, with the cursor on one title of its list, and a key that counts an episode of it."""

    def __init__(self, settings: Settings, mal_id: int) -> None:
        self.settings = settings
        self.presses = 0
        self.locked = 0
        self._mal_id = mal_id
        self._terminal = Terminal(environ=environ_as_here(settings))
        self._name = _name(mal_id)

    def __enter__(self) -> "App":
        terminal = self._terminal.__enter__()
        terminal.wait_for("? help")
        terminal.press(LIST)
        terminal.wait_for(self._name)
        terminal.press(f"/{self._name}\r")
        terminal.rest()
        return self

    def __exit__(self, *_: object) -> None:
        self._terminal.__exit__(None, None, None)

    def press(self) -> None:
        """Count an episode."""
        if not self.has_ended:
            self._terminal.press("+")
            self.presses += 1

    def rest(self, seconds: float) -> None:
        """Read what comes within some seconds."""
        until = time.monotonic() + seconds
        self._terminal.rest(0.01, first=0.01)
        while (left := until - time.monotonic()) > 0:
            self._terminal.rest(min(left, 0.2), first=min(left, 0.2))
        self.locked += bool(_LOCKED.search(self._terminal.text))

    @property
    def has_ended(self) -> bool:
        """Whether the app is gone."""
        return self._terminal.process.poll() is not None

    @property
    def is_saved(self) -> bool:
        """Whether the row shows all that was pressed, and nothing waits."""
        return self._shows(rf"{self._name} .* {self.presses} / ") and "waiting" not in self._terminal.text

    @property
    def waits(self) -> bool:
        """Whether it says that the server is away, and that edits wait."""
        return self._shows(r"offline, retrying.* [1-9]\d* edits? waiting")

    def leave(self) -> int:
        """End it as its user does, and return the exit code."""
        self._terminal.press(LEAVE)
        return self._terminal.end()

    def _shows(self, pattern: str) -> bool:
        return re.search(pattern, self._terminal.text) is not None


def _until(apps: list[App], holds: Callable[[App], bool]) -> None:
    """Read from all terminals until it holds of every app that lives."""
    deadline = time.monotonic() + PATIENCE * max(1, len(apps) / 5)
    open_ = [app for app in apps if not app.has_ended]
    while open_ := [app for app in open_ if not (app.has_ended or holds(app))]:
        if time.monotonic() > deadline:
            raise AssertionError(f"{len(open_)} apps do not; one of them shows:\n{open_[0]._terminal.text}")
        for app in apps:
            app.rest(0)


def _person(settings: Settings, folder: Path, number: int) -> Settings:
    """Return the settings of one more person, who is signed in in a home of their own and has one title."""
    own = replace(settings, paths=paths_under(_made(folder / f"home{number}")))
    database = Database(own.database_url)
    name = f"person{number}"
    made = register(database, own, username=name, email=f"{name}@example.org", password="correct horse battery")
    remember(database, own, begin_session(database, own, made.id))
    database.close()
    _put(own, [APPS_TITLE])
    return own


def _put(settings: Settings, ids: list[int]) -> None:
    """Put titles without a known end on the list of who is signed in."""
    database = Database(settings.database_url)
    names = ("mal_id", "title", "synonyms", "studios", "type", "processed_at")
    with database.connect_to_write() as connection:
        upsert(connection, ProcessedAnime, names, [(one, _name(one), [], [], "TV", clock.now()) for one in ids])
    asked = [EditRequest(one, Add(Status.WATCHING)) for one in ids]
    edit_all(database, current_user(database, settings), asked, origin=Origin.CLI)
    database.close()


def _watched(settings: Settings) -> dict[int, int]:
    database = Database(settings.database_url)
    user = current_user(database, settings).user_id
    query = text('SELECT "malId", "episodesWatched" FROM "UserAnime" WHERE "userId" = :user')
    with database.read() as session:
        found: dict[int, int] = {row[0]: row[1] for row in session.connection().execute(query, {"user": user})}
    database.close()
    return found


def _compare(shared: Shared, made: Counter[int], stored: dict[int, int]) -> None:
    for mal_id, count in made.items():
        shared.lost += max(0, count - stored[mal_id])
        shared.doubled += max(0, stored[mal_id] - count)


def _note(shared: Shared, code: int, err: str) -> None:
    if _LOCKED.search(err):
        shared.locked += 1
    if code:
        shared.failed.append(f"{code}: {err.strip()}")


def _name(mal_id: int) -> str:
    return f"AAA {mal_id}"  # before all others in the list


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder

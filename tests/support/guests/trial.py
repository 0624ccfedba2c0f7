"""One trial: a server with its library, attempt after attempt on it, and after each the question what it reached."""

import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, create_engine

from tests.support.guests.library import MIKA, NOOR, Library, differences, make_library, signature
from tests.support.guests.server import Ended, Server, running
from tests.support.guests.service import install, service_user
from tests.support.guests.watching import BEFORE, SET, Watch
from tests.support.jikan import JikanStandIn
from tests.support.postgres import PostgresServer

STRANGER = "stranger"
"""A key that no line of the server's knows."""

CARELESS_AREA = "careless"
"""The area of attempts on a server that takes every variable from its clients."""

STUCK = -1
"""The code of what did not come to its end: it waits for something that does not come."""


@dataclass(frozen=True)
class Attempt:
    """What a guest tries. `act` returns how it ended; `codes` are the endings that are right."""

    area: str
    what: str
    act: "Callable[[Trial], Ended]"
    codes: frozenset[int]


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended, in words, and what it reached.

    `beforehand` is what a server that takes every variable lets the C library open before CatLog begins.
    """

    attempt: Attempt
    told: str
    reached: tuple[str, ...] = ()
    beforehand: tuple[str, ...] = ()

    def __str__(self) -> str:
        reached = f"REACHED {'; '.join(self.reached)}" if self.reached else "nothing reached"
        reached = "; ".join((reached, *self.beforehand))
        return f"{self.attempt.area:12} | {self.attempt.what:58} | {reached} | {self.told}"


@dataclass
class Trial:
    """A server, its library and its watch. `loot` is a folder that everybody may write to, and nobody does."""

    server: Server
    library: Library
    watch: Watch
    folder: Path
    loot: Path
    alias: Path
    engine: Engine
    outcomes: list[Outcome] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._signature = signature(self.library, self.engine)

    def placed(self, text: str) -> str:
        """Return what is sent for it: with the ways to the service's folder and the loot, and another's session."""
        text = text.replace("{way}", str(self.alias)).replace("{loot}", str(self.loot))
        return text.replace("{session}", str(self.library.victim_session))

    def attempt(self, attempt: Attempt) -> Outcome:
        """Let it be tried, and find out what was reached."""
        before = self._signature
        self.watch.forget()
        try:
            ended = attempt.act(self)
        except (AssertionError, subprocess.TimeoutExpired) as problem:
            ended = Ended(STUCK, b"", str(problem).encode())
        found = list(self._reached(attempt, ended, before))
        beforehand = tuple(one for one in found if attempt.area == CARELESS_AREA and one.startswith(BEFORE))
        outcome = Outcome(attempt, _told(ended), tuple(one for one in found if one not in beforehand), beforehand)
        self.outcomes.append(outcome)
        return outcome

    def _reached(self, attempt: Attempt, ended: Ended, before: dict[str, str]) -> Iterator[str]:
        everything = ended.output + ended.errors
        if ended.code not in attempt.codes:
            yield f"exit code {ended.code}"
        for name, secret in self.library.secrets.items():
            if secret in everything:
                yield f"it was shown {name}"
        self._signature = signature(self.library, self.engine)
        for name in differences(before, self._signature):
            yield f"it changed {name}"
        for file in sorted(self.loot.iterdir()):
            yield f"it made a file: {file.name}"
            shutil.rmtree(file) if file.is_dir() else file.unlink()
        for breach in self.watch.breaches():
            # What a careless server takes is there by definition: what counts is what it brings about.
            if not (attempt.area == CARELESS_AREA and breach.startswith(SET)):
                yield breach

    @property
    def tally(self) -> str:
        """The figure: attempts, and how many of them reached anything."""
        reached = sum(bool(outcome.reached) for outcome in self.outcomes)
        return f"{len(self.outcomes)} attempts, {reached} reached"

    @property
    def by_area(self) -> str:
        """How many attempts there were of each kind."""
        counted = Counter(outcome.attempt.area for outcome in self.outcomes)
        return ", ".join(f"{count} {area}" for area, count in counted.items())


@contextmanager
def trial(server: PostgresServer | None = None, strace: str | None = None) -> Iterator[Trial]:
    """Make a library, on PostgreSQL where a server is given, serve it, and yield the trial."""
    with ExitStack() as stack:
        source = stack.enter_context(JikanStandIn())
        user = stack.enter_context(service_user())
        folder = Path(tempfile.mkdtemp(prefix="catlog-guests-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        audit, loot, home = folder / "audit", folder / "loot", folder / "service-home-5e1b"
        for made in (audit, loot, home):
            made.mkdir()
        loot.chmod(0o777)
        url = None
        if server is not None:
            url = server.create_database("guests")
            stack.callback(server.drop_database, "guests")
        library = make_library(home, url, source.url)
        user.own(home)
        user.own(audit)
        alias = folder / "way"
        alias.symlink_to(home)
        programs = install(folder / "programs", audit, user, strace)
        sshd = Server(folder, user, programs.command, {"CATLOG_HOME": str(home)})
        _add_keys(sshd)
        watch = Watch(audit, programs, library, source.url)
        engine = create_engine(library.settings.database_url)  # CatLog's own would refuse what another user owns
        stack.callback(engine.dispose)
        yield Trial(stack.enter_context(running(sshd)), library, watch, folder, loot, alias, engine)


def _add_keys(server: Server) -> None:
    for name in (MIKA, NOOR):
        server.add_key(name, f"ssh-entry --user {name}")
    server.add_key("without-pty", f"ssh-entry --user {MIKA}", options="restrict")
    server.add_key("nobody", "ssh-entry --user nobody-here")
    server.add_key("unnamed", "ssh-entry")
    server.add_key("misspelt", f"ssh-entry --user '{MIKA}; id'")
    server.add_key(STRANGER, "")


def _told(ended: Ended) -> str:
    lines = ended.errors.decode("utf-8", "replace").splitlines()
    first = next((line for line in lines if line.strip()), "")
    return f"exit {ended.code}{': ' if first else ''}{first[:110]}"

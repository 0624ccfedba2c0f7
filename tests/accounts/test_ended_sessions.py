"""After a session has ended, nothing more is written for it: every service that writes for one, every command."""

import importlib
import inspect
import io
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from sqlmodel import Session

import catlog
from catlog.access import Role
from catlog.accounts import sessions, users
from catlog.accounts.identity import remember
from catlog.accounts.sign_in import NewSession, begin_session, change_password, check_password
from catlog.analytics.registry import QUERIES
from catlog.cli.context import Environment
from catlog.cli.main import root, run
from catlog.companion import service as cat
from catlog.config import Settings
from catlog.db.models import CompanionDeeds, ImportLeftovers, LoginThrottle, User, UserAnime, UserSession
from catlog.db.session import Database
from catlog.errors import CatLogError, ExitCode, NotAllowedError
from catlog.interchange import unmatched
from catlog.interchange.importing import import_list, merge_into
from catlog.interchange.merge import Strategy
from catlog.interchange.records import ImportedEntry, ListedTitle, ListFile
from catlog.library import history, steps, writer
from catlog.library.edits import Add, Edit, Rate
from catlog.library.entries import Entry, Origin, Status
from catlog.library.journal import replay
from catlog.library.journal.file import Journal, PendingEdit
from catlog.title_language import TitleLanguage
from tests.accounts.conftest import PASSWORD, Clock, Register
from tests.library.people import BEBOP, FRIEREN, fill_catalogue
from tests.support.contents import contents
from tests.support.databases import SQLITE, Databases

NEW = "seven louder otters"
MINE = (User, UserAnime, UserSession, CompanionDeeds, ImportLeftovers, LoginThrottle)


class Hands:
    """What a writer needs: a database, settings, and for whom to write."""

    def __init__(self, database: Database, settings: Settings, begun: NewSession) -> None:
        self.database = database
        self.settings = settings
        self.who = begun.signed_in

    def within(self, unit: Callable[[Session], object]) -> object:
        """Run what belongs into a transaction of its caller."""
        return self.database.run(unit)

    def edit(self, *edits: Edit, mal_id: int = BEBOP) -> object:
        """Edit a title."""
        return writer.edit(self.database, self.who, mal_id, *edits, origin=Origin.APP)

    def replayed(self) -> object:
        """Make an edit that waits; the journal says what stopped it, and keeps it."""
        journal = Journal(self.settings.paths.state / "journal", "test")
        journal.add(PendingEdit.new([writer.EditRequest(FRIEREN, Add(Status.PLAN_TO_WATCH))]))
        done = replay.replay(journal, self.database, self.who)
        assert done.stopped is None or journal.pending
        journal.close()
        if done.stopped is not None:
            raise done.stopped
        return done


FILE = ListFile("native", (ImportedEntry(1, ListedTitle(Entry(FRIEREN, Status.PLAN_TO_WATCH), "Sousou no Frieren")),))

WRITERS: dict[Callable[..., object], Callable[[Hands], object]] = {
    sessions.require: lambda it: it.within(lambda session: sessions.require(session, it.who)),
    sessions.end_session: lambda it: sessions.end_session(it.database, it.who, it.who.session_id),
    sessions.end_other_sessions: lambda it: sessions.end_other_sessions(it.database, it.who),
    check_password: lambda it: check_password(it.database, it.settings, it.who, PASSWORD),
    change_password: lambda it: change_password(it.database, it.settings, it.who, current=PASSWORD, new=NEW),
    users.delete_account: lambda it: users.delete_account(it.database, it.who, typed_name=it.who.username),
    users.set_timezone: lambda it: users.set_timezone(it.database, it.who, "Asia/Tokyo"),
    users.set_title_language: lambda it: users.set_title_language(it.database, it.who, TitleLanguage.ENGLISH),
    import_list: lambda it: import_list(it.database, it.who, FILE, "a file"),
    merge_into: lambda it: it.within(lambda s: merge_into(s, it.who, FILE, "a file", Strategy.KEEP, "a request")),
    unmatched.delete_rows: lambda it: it.within(lambda session: unmatched.delete_rows(session, it.who)),
    history.undo: lambda it: history.undo(it.database, it.who),
    history.redo: lambda it: (it.edit(Rate(3)), history.undo(it.database, it.who), history.redo(it.database, it.who)),
    steps.lock_list: lambda it: it.within(lambda session: steps.lock_list(session, it.who)),
    writer.edit: lambda it: it.edit(Rate(9)),
    writer.edit_all: lambda it: writer.edit_all(
        it.database,
        it.who,
        [writer.EditRequest(BEBOP, Rate(9)), writer.EditRequest(FRIEREN, Add(Status.PLAN_TO_WATCH))],
        origin=Origin.APP,
    ),
    replay.execute: lambda it: replay.execute(
        it.database, it.who, PendingEdit.new([writer.EditRequest(BEBOP, Rate(9))])
    ),
    replay.replay: lambda it: it.replayed(),
    cat.pet: lambda it: it.within(lambda session: cat.pet(session, it.who, now=datetime.now(UTC))),
    cat.feed: lambda it: it.within(lambda session: cat.feed(session, it.who, now=datetime.now(UTC))),
    cat.rename: lambda it: it.within(lambda session: cat.rename(session, it.who, "Kuro", now=datetime.now(UTC))),
}  # fmt: skip
"""Every service that writes for somebody who is signed in, and how it is called."""

ELSEWHERE = {
    "catlog.accounts.identity.end_guest": "ends a session, and says nothing where it has ended",
    "catlog.accounts.local.protect": "takes a local session alone, which tests/accounts/test_local.py shows",
    "catlog.accounts.sessions.is_open": "is a condition",
    "catlog.accounts.sessions.list_sessions": "reads",
    "catlog.accounts.sessions.touch": "notes the use of an open session alone, which the tests of sessions show",
    "catlog.accounts.users.account_of": "reads",
    "catlog.accounts.users.has_password": "reads",
    "catlog.etl.completion.run.complete_list": "writes to the catalogue, nothing of the user's own",
    "catlog.etl.completion.run.plan": "reads",
    "catlog.interchange.importing.retry_unresolved": "is import_list for each file that waits",
    "catlog.library.changes.read_heartbeat": "reads",
    "catlog.library.writer.preview": "reads",
    "catlog.library.steps.write_step": "needs the position that lock_list returns",
    "catlog.library.steps.import_history": "is called between lock_list and write_step",
}

ENDINGS: dict[str, Callable[[Database, Settings, NewSession, NewSession, Clock], object]] = {
    "logout": lambda database, _, mine, __, ___: sessions.end_session(
        database, mine.signed_in, mine.signed_in.session_id
    ),
    "ended from elsewhere": lambda database, _, __, other, ___: sessions.end_other_sessions(database, other.signed_in),
    "a new password": lambda database, settings, _, other, __: change_password(
        database, settings, other.signed_in, current=PASSWORD, new=NEW
    ),
    "another role": lambda database, *_: users.set_role(database, "mika", Role.ADMIN),
    "disabled": lambda database, *_: users.set_disabled(database, "mika", disabled=True),
    "deleted": lambda database, _, __, other, ___: users.delete_account(database, other.signed_in, typed_name="mika"),
    "idle for 12 hours": lambda *given: given[-1].turn(hours=12),
    "a month old": lambda *given: given[-1].turn(days=30),
}


def services_for_somebody() -> Iterator[str]:
    """Yield the public functions and methods of all services that take who is signed in."""
    faces = ("catlog.cli", "catlog.tui", "catlog.demo", "catlog.db.migrations")
    for found in pkgutil.walk_packages(catlog.__path__, "catlog."):
        if found.name.startswith(faces) or found.name.endswith("__main__"):
            continue
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            if name.startswith("_") or getattr(value, "__module__", "") != module.__name__:
                continue
            members = vars(value).items() if inspect.isclass(value) else [("", value)]
            for member, function in members:
                if inspect.isfunction(function) and not member.startswith("_") and _takes_somebody(function):
                    yield f"{module.__name__}.{name}{f'.{member}' if member else ''}"


def _takes_somebody(function: Callable[..., object]) -> bool:
    given = inspect.signature(function).parameters.values()
    return any("SignedIn" in str(parameter.annotation) for parameter in given)


def test_every_service_that_takes_who_is_signed_in_is_walked_below() -> None:
    walked = {f"{service.__module__}.{service.__name__}" for service in WRITERS}
    assert set(services_for_somebody()) == walked | set(ELSEWHERE)


@pytest.fixture
def hands(database: Database, settings: Settings, time: Clock, mika: NewSession, at_once: None) -> Hands:
    """Give one who has a title on the list."""
    fill_catalogue(database)
    hands = Hands(database, settings, mika)
    hands.edit(Add(Status.WATCHING))
    return hands


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_service_writes_for_a_session_that_has_ended(
    hands: Hands, mika: NewSession, time: Clock, ending: str
) -> None:
    other = begin_session(hands.database, hands.settings, mika.signed_in.user_id)
    ENDINGS[ending](hands.database, hands.settings, mika, other, time)
    before = contents(hands.database, MINE)
    for service, call in WRITERS.items():
        with pytest.raises(NotAllowedError):
            call(hands)
        assert contents(hands.database, MINE) == before, service


def test_an_ended_session_tells_nobody_whether_a_password_is_right(hands: Hands, mika: NewSession) -> None:
    sessions.end_session(hands.database, mika.signed_in, mika.signed_in.session_id)
    for password in (PASSWORD, "not the password"):
        with pytest.raises(NotAllowedError, match="your session has ended"):
            check_password(hands.database, hands.settings, hands.who, password)
        with pytest.raises(NotAllowedError, match="your session has ended"):
            change_password(hands.database, hands.settings, hands.who, current=password, new=NEW)


def test_the_same_calls_go_through_while_a_session_is_open(hands: Hands, registered: Register) -> None:
    """Or the refusals above would prove nothing."""
    nothing_to_write = (sessions.require, steps.lock_list, unmatched.delete_rows)
    for service, call in WRITERS.items():
        account = registered(f"noah-{service.__name__}")
        hands = Hands(hands.database, hands.settings, begin_session(hands.database, hands.settings, account.id))
        begin_session(hands.database, hands.settings, account.id)
        hands.edit(Add(Status.WATCHING))
        before = contents(hands.database, MINE)
        try:
            call(hands)
        except CatLogError as error:
            pytest.fail(f"{service.__name__}: {error.message}")
        assert (contents(hands.database, MINE) != before) == (service not in nothing_to_write), service


PERSONAL: dict[str, Sequence[str]] = {
    "account delete": ("--yes", "--username", "mika"),
    "account password": ("--password-stdin",),
    "account sessions": ("--all-others",),
    "account timezone": ("Asia/Tokyo",),
    "account titles": ("english",),
    "account whoami": (),
    "list ls": (),
    "list add": (str(FRIEREN), "--status", "planned"),
    "list set": (str(BEBOP), "--score", "9"),
    "list watch": (str(BEBOP), "=5"),
    "list rm": (str(BEBOP),),
    "list edit": ("-",),
    "list redate": (str(BEBOP), "2026-11-20"),
    "list complete": ("--dry-run",),
    "list history": (str(BEBOP),),
    "list undo": (),
    "list redo": (),
    "list import": ("-",),
    "list export": (),
    "list leftovers": ("--clear",),
    "next": (),
    "recommend": (),
    "random": (),
    "stats": (),
    "cat": (),
    "cat feed": (),
    "cat name": ("Kuro",),
    "cat pet": (),
    "analytics climbers": ("--mine",),
    "schedule": ("--mine",),
    "seasonal": ("--mine",),
}
"""Commands about one's own things, and words that make them so."""

IMPERSONAL = {
    "admin": ("users", "role", "disable", "enable"),
    "account": ("login", "logout", "register"),
    "analytics": (
        *(name for name in QUERIES if name != "climbers"), "history", "compute", "show", "validate", "freeze",
    ),
    "config": ("path", "show"),
    "db": ("backup", "doctor", "import-web", "info", "restore", "upgrade"),
    "etl": (
        "drop-day", "import-catalogue", "import-crossids", "import-history", "logs", "prune", "reprocess", "run",
        "validate",
    ),
    "spark": ("check", "jobs", "run", "serve", "validate"),
    **dict.fromkeys(("completion", "demo", "search", "show", "ssh-entry", "tui"), ()),
}  # fmt: skip
"""Commands that show a list, if at all, beside what they are about; those below a group by its name."""


def commands(group: click.Group, *path: str) -> Iterator[str]:
    """Yield the names of all commands below a group; a group that does something by itself is one too."""
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield " ".join((*path, name))
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)


def test_every_command_is_said_to_be_personal_or_not() -> None:
    impersonal = {f"{group} {name}" for group, below in IMPERSONAL.items() for name in below}
    impersonal |= {name for name, below in IMPERSONAL.items() if not below}
    assert set(commands(root)) == set(PERSONAL) | impersonal


@pytest.fixture
def ended(databases: Databases, light_hashes: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Give a database with a list, whose owner's session on this machine has ended while its token is still there."""
    database = databases.make(SQLITE, "catlog", tmp_path)
    monkeypatch.setenv("CATLOG_DATABASE_URL", database.url)
    settings = Environment(io.StringIO(), io.StringIO(), io.StringIO()).settings
    fill_catalogue(database)
    account = users.register(database, settings, username="mika", email="mika@example.org", password=PASSWORD)
    begun = begin_session(database, settings, account.id)
    remember(database, settings, begun)
    Hands(database, settings, begun).edit(Add(Status.WATCHING))
    sessions.end_session(database, begun.signed_in, begun.signed_in.session_id)
    return database


def test_no_personal_command_does_anything_for_a_session_that_has_ended(ended: Database) -> None:
    before = contents(ended, MINE)
    for command, words in PERSONAL.items():
        out, err = io.StringIO(), io.StringIO()
        code = run([*command.split(), *words], Environment(io.StringIO(f"{PASSWORD}\n{NEW}\n"), out, err))
        said = (command, err.getvalue())
        assert (code, out.getvalue()) == (ExitCode.NOT_ALLOWED, ""), said
        assert "the session has ended" in err.getvalue(), said
        assert "hint: catlog account login" in err.getvalue(), said
        assert contents(ended, MINE) == before, said

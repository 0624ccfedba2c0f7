"""A home of somebody who uses CatLog, made once and copied for each test."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from catlog.accounts.identity import remember
from catlog.accounts.sign_in import begin_session
from catlog.accounts.users import register
from catlog.config import Settings, load_settings
from catlog.db.session import Database
from catlog.db.upgrade import upgrade
from catlog.saved_views import SavedViews
from tests.ownership.spoilt import made
from tests.support.cli import CommandLine


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the home of somebody who is signed in and has used CatLog, once."""
    home = tmp_path_factory.mktemp("template") / "home"
    settings = load_settings({"CATLOG_HOME": str(home)})
    database = Database(settings.database_url)
    upgrade(database)
    account = register(database, settings, username="mika", email="mika@example.org", password="quiet otters knit")
    remember(database, settings, begin_session(database, settings, account.id))
    SavedViews(settings.paths.state, "mika").save("list", "mine", {"sort": "title"})
    database.close()
    made(settings.paths.config_file, b'motion = "off"\n')
    return home


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    """Give a home of one's own; its token is of the database in it."""
    home = tmp_path / "home"
    shutil.copytree(template, home)
    settings = load_settings({"CATLOG_HOME": str(home)})
    (token,) = (settings.paths.state / "tokens").glob("*.token")
    database = Database(settings.database_url)
    first, _ = token.read_bytes().split(b"\n")
    token.write_bytes(first + b"\n" + os.fsencode(database.location))
    token.rename(token.with_name(f"{database.identity}.token"))
    database.close()
    return home


@pytest.fixture
def settings(home: Path) -> Settings:
    return load_settings({"CATLOG_HOME": str(home)})


@pytest.fixture
def catlog(home: Path) -> CommandLine:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    return CommandLine().having(home=home, jikan_urls=f"http://127.0.0.1:{port}/v4", jikan_backoff=0.00001)


@pytest.fixture(autouse=True)
def _as_it_runs() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)

"""The app's tests: coroutines are run, the clock stands still, and there is a library to look at."""

import asyncio
import inspect
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import update

from catlog import clock
from catlog.accounts.identity import remember
from catlog.accounts.sign_in import begin_session
from catlog.accounts.users import find_account
from catlog.config import Settings, load_settings
from catlog.db.models import ProcessedAnime
from catlog.db.session import Database
from catlog.demo.build import USER, build_demo, demo_url
from tests.support.jikan import JikanStandIn
from tests.tui.harness import NOW


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run tests that are coroutines, each in a loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = inspect.signature(pyfuncitem.obj).parameters
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in wanted}))
    return True


@pytest.fixture(autouse=True)
def _same_everywhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let it be the same instant in every test, on a terminal with colours."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    with clock.stopped_at(NOW):
        yield


@pytest.fixture(autouse=True)
def _nothing_by_the_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no timer of the app interfere: a test says when it looks whether others changed anything, and toasts stay.

    What screens showed is not stored either, and what waits until the cursor has rested comes with `Driver.rest`.
    """
    monkeypatch.setattr("catlog.tui.titles.panel.SETTLE", 3600.0)
    monkeypatch.setattr("catlog.tui.screens.trends.screen._SETTLE", 3600.0)
    monkeypatch.setattr("catlog.tui.last_shown.STORE_AFTER", 3600.0)
    monkeypatch.setattr("catlog.tui.app.POLL_SECONDS", 3600.0)
    monkeypatch.setattr("catlog.tui.app.CatLogApp.NOTIFICATION_TIMEOUT", 3600.0)


@pytest.fixture(autouse=True)
def _no_first_steps(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Open empty lists without the first steps, but in tests marked `first_steps`; no test reads somebody's folders."""
    user = tmp_path / "user"
    monkeypatch.setattr("catlog.tui.transfer.files.search_folders", lambda: (user / "Downloads", user))
    if request.node.get_closest_marker("first_steps") is None:
        monkeypatch.setattr("catlog.tui.queries.is_first_time", lambda *_: False)


@pytest.fixture(scope="session")
def demo_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the demo library once and return its file; it has no covers, which come whenever they are loaded."""
    home = tmp_path_factory.mktemp("demo")
    settings = load_settings({"CATLOG_HOME": str(home)})
    with clock.stopped_at(NOW):
        build_demo(demo_url(settings), settings)
    database = Database(demo_url(settings))
    with database.write() as session:
        session.exec(update(ProcessedAnime).values(image_url=None))
    database.close()
    return Path(demo_url(settings).removeprefix("sqlite:///"))


@pytest.fixture
def no_library(tmp_path: Path) -> Settings:
    """Return settings under which nothing exists yet."""
    return replace(load_settings({"CATLOG_HOME": str(tmp_path / "home")}), motion="off")


@pytest.fixture
def jikan() -> Iterator[JikanStandIn]:
    """Serve an invented catalogue of 400 titles."""
    with JikanStandIn() as server:
        yield server


@pytest.fixture
def source(no_library: Settings, jikan: JikanStandIn) -> Settings:
    """Return settings of an empty library whose source is the stand-in."""
    return replace(no_library, jikan_urls=(jikan.url,), jikan_rate=1000.0, jikan_backoff=0.00001)


@pytest.fixture(autouse=True)
def _machine_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name the local identity the same on every machine, as pictures show it."""
    monkeypatch.setattr("catlog.accounts.local._machine_name", lambda: "mika")


@pytest.fixture
def shared_folder(no_library: Settings) -> Settings:
    """Return the same with a data folder that others may write to: there the app asks for an account."""
    no_library.paths.data.mkdir(parents=True)
    no_library.paths.data.chmod(0o1777)
    return no_library


@pytest.fixture
def library(no_library: Settings, demo_library: Path) -> Settings:
    """Return settings with a copy of the demo library of its own, whose user is signed in."""
    file = no_library.paths.default_database
    file.parent.mkdir(parents=True)
    shutil.copyfile(demo_library, file)
    database = Database(no_library.database_url)
    account = find_account(database, USER)
    assert account is not None
    remember(database, no_library, begin_session(database, no_library, account.id))
    database.close()
    return no_library

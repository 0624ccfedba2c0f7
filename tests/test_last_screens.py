"""What screens showed last belongs to one user of one database, and to this version of CatLog."""

from dataclasses import replace
from pathlib import Path

import pytest

from catlog import last_screens
from catlog.config import Settings, load_settings

SHOWN = {"home": [1, "Nichijou"]}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "one.sqlite").touch()
    url = f"sqlite:///{tmp_path / 'one.sqlite'}"
    return load_settings({"CATLOG_HOME": str(tmp_path / "home"), "CATLOG_DATABASE_URL": url})


def store(settings: Settings) -> Path:
    last_screens.store(settings, SHOWN, last_screens.stamp(settings))
    (file,) = (settings.paths.cache / "screens").iterdir()
    return file


def test_it_is_there_again_for_the_same_user_and_nobody_else_may_read_it(settings: Settings) -> None:
    assert last_screens.load(settings) == {}
    assert store(settings).stat().st_mode & 0o777 == 0o600
    assert last_screens.load(settings) == SHOWN
    assert last_screens.load(replace(settings, guest="mika")) == {}


def test_another_database_another_sign_in_and_another_version_do_not_see_it(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(settings)
    other = replace(settings, database_url=f"sqlite:///{tmp_path / 'other.sqlite'}")
    assert last_screens.load(other) == {}
    with monkeypatch.context() as patch:
        patch.setattr(last_screens, "__version__", "9.9.9")
        assert last_screens.load(settings) == {}
    (tmp_path / "one.sqlite").rename(tmp_path / "old.sqlite")
    (tmp_path / "one.sqlite").touch()
    assert last_screens.load(settings) == {}, "another file of the same name"
    store(settings)
    before = last_screens.stamp(settings)
    tokens = settings.paths.state / "tokens"
    tokens.mkdir(parents=True)
    (tokens / f"{last_screens.database_identity(settings.database_url)}.token").write_text("x")
    assert last_screens.load(settings) == {}
    last_screens.store(settings, SHOWN, before)
    assert last_screens.load(settings) == {}, "what was read before is not stored for who signed in since"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"stamp":1}', b"\xff\x00", b'{"shown":{}}', b" " * 1_000_001])
def test_a_damaged_file_is_ignored(settings: Settings, content: bytes) -> None:
    store(settings).write_bytes(content)
    assert last_screens.load(settings) == {}


def test_a_file_that_others_may_write_is_ignored(settings: Settings) -> None:
    store(settings).chmod(0o666)
    assert last_screens.load(settings) == {}


def test_it_can_be_forgotten_and_need_not_be_writable(settings: Settings) -> None:
    store(settings)
    last_screens.forget(settings)
    last_screens.forget(settings)
    assert last_screens.load(settings) == {}
    folder = settings.paths.cache / "screens"
    folder.rmdir()
    folder.write_text("a file in the way")
    last_screens.store(settings, SHOWN, last_screens.stamp(settings))
    assert last_screens.load(settings) == {}

"""Settings come from options, environment, config.toml and defaults, in this order, and say so."""

from pathlib import Path

import pytest

from catlog.config import load_settings
from catlog.errors import ConfigError, ExitCode


def write_config(home: Path, text: str, mode: int = 0o600) -> Path:
    file = home / "config" / "config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    file.chmod(mode)
    return file


def test_an_option_beats_the_environment_beats_the_file_beats_the_default(tmp_path: Path) -> None:
    env = {"CATLOG_HOME": str(tmp_path)}
    assert load_settings(env).motion == "full"
    assert load_settings(env).origins["motion"] == "default"
    file = write_config(tmp_path, 'motion = "reduced"\n')
    assert load_settings(env).motion == "reduced"
    assert load_settings(env).origins["motion"] == str(file)
    env["CATLOG_MOTION"] = "off"
    assert load_settings(env).origins["motion"] == "environment CATLOG_MOTION"
    settings = load_settings(env, {"motion": "full"})
    assert (settings.motion, settings.origins["motion"]) == ("full", "option --motion")


def test_the_default_database_lies_under_the_home(tmp_path: Path) -> None:
    settings = load_settings({"CATLOG_HOME": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path / 'data' / 'catlog.sqlite'}"


@pytest.mark.parametrize("given", ["postgres://u@h/db", "postgresql://u@h/db", "postgresql+psycopg://u@h/db"])
def test_every_spelling_of_postgresql_means_psycopg(tmp_path: Path, given: str) -> None:
    env = {"CATLOG_HOME": str(tmp_path), "CATLOG_DATABASE_URL": given}
    assert load_settings(env).database_url == "postgresql+psycopg://u@h/db"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CATLOG_DATABASE_URL", "mysql://root:hunter2@host/db"),
        ("CATLOG_JIKAN_URLS", "ftp://example"),
        ("CATLOG_JIKAN_URLS", "https://user:hunter2@example"),
        ("CATLOG_JIKAN_URLS", " , "),
        ("CATLOG_JIKAN_RATE", "fast"),
        ("CATLOG_JIKAN_RATE", "0"),
        ("CATLOG_MOTION", "wild"),
        ("CATLOG_ASCII", "maybe"),
        ("CATLOG_NOW", "yesterday"),
        ("CATLOG_NOW", "9999-12-31T23:59:59Z"),
        ("CATLOG_NOW", "0001-01-01T00:00:00+14:00"),
    ],
)
def test_a_wrong_value_names_the_setting_and_its_origin(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings({"CATLOG_HOME": str(tmp_path), variable: value})
    assert caught.value.exit_code is ExitCode.CONFIG
    assert f"environment {variable}" in caught.value.message
    assert "hunter2" not in caught.value.message


def test_a_file_that_others_can_change_is_refused(tmp_path: Path) -> None:
    write_config(tmp_path, 'motion = "off"\n', mode=0o666)
    with pytest.raises(ConfigError, match="changed by others"):
        load_settings({"CATLOG_HOME": str(tmp_path)})


def test_a_misspelt_setting_names_the_nearest(tmp_path: Path) -> None:
    write_config(tmp_path, "jikan_rats = 1\n")
    with pytest.raises(ConfigError) as caught:
        load_settings({"CATLOG_HOME": str(tmp_path)})
    assert caught.value.hint == "did you mean jikan_rate?"


def test_a_broken_file_is_a_configuration_error(tmp_path: Path) -> None:
    write_config(tmp_path, "motion = \n")
    with pytest.raises(ConfigError, match="not valid TOML"):
        load_settings({"CATLOG_HOME": str(tmp_path)})

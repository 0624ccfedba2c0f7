"""Settings come from options, environment, config.toml and defaults, in this order, and say so."""

import hashlib
import os
from pathlib import Path

import pytest

from catlog.config import database_identity, is_connect_here, load_settings, spark_target, without_zone_file
from catlog.errors import ConfigError, ExitCode
from catlog.redaction import seen_of_database
from spark.session import is_here


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
        ("CATLOG_JIKAN_URLS", "https://example/v4=ey=hunter2"),
        ("CATLOG_JIKAN_URLS", "https://example/v4'ey hunter2]"),
        ("CATLOG_JIKAN_URLS", "https://user:hunter2"),
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


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("postgresql+psycopg://u:p@ss@host/db", "postgresql+psycopg://u:***@…"),
        ("postgresql+psycopg://u@host/db", "postgresql+psycopg://u@host/db"),
        ("postgresql+psycopg://host/db", "postgresql+psycopg://host/db"),
        ("postgresql+psycopg://u:p?x@host/db", "postgresql+psycopg://u:***@host/db"),
        ("postgresql+psycopg://u@host/db?password=x@y", "postgresql+psycopg://u@host/db?password=***"),
        (
            "postgresql+psycopg://u:p@host/db?password=p2&sslmode=require",
            "postgresql+psycopg://u:***@host/db?password=***&sslmode=require",
        ),
        ("postgresql+psycopg://u:p@h1:1,[::1]:2/db?sslpassword=x", "postgresql+psycopg://u:***@h1:1,[::1]:2/db?sslpassword=***"),
        ("postgresql+psycopg://u@%2Fvar%2Frun/db", "postgresql+psycopg://u@%2Fvar%2Frun/db"),
        ("postgresql+psycopg://u%3Ap@host/db", "postgresql+psycopg://…@host/db"),
        ("postgresql+psycopg://u:secret", "postgresql+psycopg://…"),
        ("postgresql:/u:p@h/x", "…"),
        ("host=h password=p", "…"),
        ("sqlite:////srv/me@work/c.sqlite", "sqlite:////srv/me@work/c.sqlite"),
        ("sqlite:///c.sqlite?key=p", "sqlite:///c.sqlite?…"),
    ],
)  # fmt: skip
def test_of_a_database_url_only_that_is_seen_which_is_no_secret(url: str, seen: str) -> None:
    assert seen_of_database(url) == seen


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        ("postgresql+psycopg://u:p@host/db", "postgresql+psycopg://u:***@host/db"),
        ("postgresql+psycopg://u@host/db?options=-csearch_path%3Da", "postgresql+psycopg://u@host/db?options=-csearch_path%3Da"),
        ("/srv/catlog.sqlite", "/srv/catlog.sqlite"),
    ],
)  # fmt: skip
def test_a_database_stays_itself_whatever_its_password_is_and_whatever_is_seen_of_it(url: str, identity: str) -> None:
    # The names of token files and of journals with waiting edits are made of it, also by older versions.
    assert database_identity(url) == hashlib.sha256(identity.encode()).hexdigest()[:16]
    assert database_identity(url.replace(":p@", ":other@")) == database_identity(url)


@pytest.mark.parametrize(
    ("target", "here"),
    [
        ("sc://localhost", True),
        ("sc://LOCALHOST:15002/", True),
        ("sc://127.0.0.1:1/;use_ssl=false", True),
        ("sc://127.1.2.3", True),
        ("sc://[::1]:2", True),
        ("sc://localhost/;token=mine", False),
        ("sc://localhost.evil.example", False),
        ("sc://localhost-evil", False),
        ("sc://localhost.", False),
        ("sc://localhost%2eevil", False),
        ("sc://localhost@evil", False),
        ("sc://localhost:1@evil", False),
        ("sc://localhost:1,evil", False),
        ("sc://127.evil.example", False),
        ("sc://127.0.0.1.evil.example", False),
        ("sc://127.999.1.1", False),
        ("sc://[::1].evil", False),
        ("sc://[::ffff:127.0.0.1]", False),
        ("sc://evil/localhost", False),
        ("sc://evil/;host=localhost", False),
        ("spark://localhost:7077", False),
        ("local[2]", False),
    ],
)
def test_the_token_of_this_users_server_is_for_this_machine_alone(target: str, here: bool) -> None:
    assert is_connect_here(target) is here
    if target.startswith("sc:") and ";token=" not in target:
        assert is_here(target) is here, "the child process has another opinion"


@pytest.mark.parametrize(
    "target", ["sc://u@h", "sc://h;token=x", "sc://h/x", "sc://h?x", "spark://u:p@h:1", "sc://h:x", "yarn"]
)
def test_a_place_for_spark_is_taken_apart_before_it_is_taken(target: str) -> None:
    with pytest.raises(ValueError, match="expected local") as caught:
        spark_target(target)
    assert target not in str(caught.value)


@pytest.mark.parametrize("zone", ["/etc/shadow", ":/etc/shadow", "/usr/share/zoneinfo/Europe/Berlin"])
def test_at_a_door_the_variable_tz_opens_no_file(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("TZ", zone)
    assert without_zone_file(load_settings()).machine_zone is None
    assert "TZ" not in os.environ


@pytest.mark.parametrize("zone", ["Europe/Berlin", ":Asia/Tokyo", "CET-1CEST", ""])
def test_at_a_door_a_zone_by_its_name_counts(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("TZ", zone)
    assert without_zone_file(load_settings()).machine_zone == zone

"""`catlog config`."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Catlog


def test_each_value_is_shown_with_its_origin(catlog: Catlog, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = tmp_path / "catlog-home"
    (home / "config").mkdir(parents=True)
    (home / "config" / "config.toml").write_text('motion = "off"\n')
    monkeypatch.setenv("CATLOG_JIKAN_RATE", "2")
    code, out, err = catlog("config", "show", "--format", "json")
    assert (code, err) == (0, "")
    rows = {row["setting"]: (row["value"], row["origin"]) for row in json.loads(out)["rows"]}
    assert rows["home"] == (str(home), "environment CATLOG_HOME")
    assert rows["motion"] == ("off", str(home / "config" / "config.toml"))
    assert rows["jikan_rate"] == (2.0, "environment CATLOG_JIKAN_RATE")
    assert rows["ascii"] == (False, "default")
    assert rows["database_url"] == (f"sqlite:///{home}/data/catlog.sqlite", "default")


def test_passwords_are_masked_in_every_format(catlog: Catlog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CATLOG_DATABASE_URL", "postgresql://u:CAN?ARY@h/db?sslmode=require&password=CANARY2")
    for format in ("table", "json", "csv"):
        out = catlog("config", "show", "--format", format).out
        assert "postgresql+psycopg://u:***@h/db?sslmode=require&password=***" in out
        assert "CAN" not in out


def test_the_path_is_printed_alone_for_an_editor(catlog: Catlog, tmp_path: Path) -> None:
    assert catlog("config", "path") == (0, f"{tmp_path}/catlog-home/config/config.toml\n", "")


def test_a_wrong_setting_exits_78_and_names_where_it_came_from(catlog: Catlog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CATLOG_MOTION", "wild")
    code, out, err = catlog("config", "show")
    assert (code, out) == (78, "")
    assert err.startswith("catlog: motion 'wild' from environment CATLOG_MOTION is not usable")

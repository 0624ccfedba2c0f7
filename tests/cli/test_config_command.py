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


def test_a_theme_or_a_key_that_is_not_usable_is_a_notice(catlog: Catlog, tmp_path: Path) -> None:
    home = tmp_path / "catlog-home"
    (home / "config").mkdir(parents=True)
    (home / "config" / "config.toml").write_text('theme = "pink"\n[keys]\n"app.undoo" = "z"\n')
    code, out, err = catlog("config", "show", "--format", "json")
    assert code == 0
    assert {row["setting"]: row["value"] for row in json.loads(out)["rows"]}["theme"] == "dark"
    assert "theme 'pink'" in err
    assert "'app.undoo' is no action" in err
    assert catlog("db", "upgrade").code == 0
    examined = catlog("db", "doctor", "--format", "json")
    finding = next(row for row in json.loads(examined.out)["rows"] if row["rule"] == "settings")
    assert (finding["passed"], finding["severity"], finding["value"]) == (False, "soft", 2)
    assert "pink" in finding["detail"]
    (home / "config" / "config.toml").write_text('theme = "light"\n')
    mended = json.loads(catlog("db", "doctor", "--format", "json").out)["rows"]
    assert next(row for row in mended if row["rule"] == "settings")["passed"]


def test_keys_that_are_no_table_are_a_notice_too(catlog: Catlog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CATLOG_KEYS", "nonsense")
    code, _, err = catlog("config", "show")
    assert code == 0
    assert "note: keys 'nonsense' from environment CATLOG_KEYS is not usable" in err

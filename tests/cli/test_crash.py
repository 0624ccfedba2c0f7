"""Crash reports: found, private, and without secrets."""

import re
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catlog.cli.crash import MAX_REPORTS, describe, redact, write_report
from tests.cli.conftest import Catlog
from tests.cli.processes import SAMPLES, child
from tests.cli.samples import SECRETS


def test_a_bug_exits_70_with_a_private_report_without_secrets(tmp_path: Path) -> None:
    ended = child([*SAMPLES, "sample", "bug", "secret"], CATLOG_HOME=str(tmp_path))
    assert (ended.returncode, ended.stdout) == (70, "")
    message, hint = ended.stderr.splitlines()
    assert message == "catlog: this is a bug: RuntimeError: postgresql://***@h/db"
    (file,) = (tmp_path / "state" / "crashes").iterdir()
    assert hint == f"hint: a crash report without secrets is in {file}"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    text = file.read_text("utf-8")
    assert re.search(r"^  \S+samples\.py:\d+ in bug$", text, re.MULTILINE)
    assert "\nKeyError: " in text, "the cause is in the report too"
    for secret in SECRETS:
        assert secret not in text + ended.stderr


@pytest.mark.parametrize(("kind", "name"), [("eof", "EOFError: truncated"), ("silent", "UnprintableError")])
def test_any_exception_is_a_bug_even_one_that_cannot_print_itself(catlog: Catlog, kind: str, name: str) -> None:
    code, out, err = catlog("sample", "bug", kind)
    assert (code, out) == (70, "")
    assert err.startswith(f"catlog: this is a bug: {name}\n")


def test_a_report_that_cannot_be_written_is_told(
    catlog: Catlog, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CATLOG_HOME", str(tmp_path / "file"))
    code, _, err = catlog("sample", "bug", "eof")
    assert code == 70
    assert "hint: no report could be written: " in err


def test_old_reports_make_room(tmp_path: Path) -> None:
    files = [write_report(tmp_path, ValueError(str(number))) for number in range(MAX_REPORTS + 3)]
    assert sorted(tmp_path.iterdir()) == files[3:]


@pytest.mark.parametrize(
    "text",
    [
        "postgresql+psycopg://user:CANARY@host/db",
        "https://CANARY@host/x and user@host",
        "password=CANARY",
        "{'password': 'CANARY', 'x': 1}",
        'connection with password="CANARY words" failed',
        "PGPASSWORD: CANARY",
        "api_key=CANARY&x=1",
        "wrong password CANARY",
        "Authorization: Bearer CANARY",
        "refresh_token = 'CANARY'",
        "hash $argon2id$v=19$m=47104$CANARY",
        "eyJCANARY.eyJzdWIiOjF9.CANARY",
        "key 0123456789abcdefCANARY0123456789abcdef",
    ],
)
def test_what_looks_like_a_secret_is_masked(text: str) -> None:
    assert "CANARY" in text
    assert "CANARY" not in redact(text)


def test_plain_words_and_paths_stay_readable() -> None:
    text = "no such table: DailyRankings in /srv/people/somebody/share/catlog/catlog.sqlite"
    assert redact(text) == text


@given(st.text())
def test_a_description_is_one_printable_line_whatever_the_message(message: str) -> None:
    line = describe(ValueError(message))
    assert line.startswith("ValueError")
    assert "\n" not in line
    assert "\x1b" not in line

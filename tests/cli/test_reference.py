"""docs/cli.md is what the commands say of themselves."""

import subprocess
import sys
from datetime import timedelta

from catlog.accounts.sessions import IDLE_LIMIT, LIFETIME
from tests.cli.processes import ROOT

GENERATOR = [sys.executable, str(ROOT / "docs" / "cli_reference.py"), "--check"]


def test_the_reference_page_is_up_to_date() -> None:
    ended = subprocess.run(GENERATOR, capture_output=True, text=True, check=False, cwd=ROOT)
    assert ended.returncode == 0, ended.stderr


def test_no_page_shows_the_sign_that_keeps_lines_apart() -> None:
    assert "\\b" not in (ROOT / "docs" / "cli.md").read_text("utf-8")


def test_the_pages_name_the_limits_of_a_session() -> None:
    hours, days = IDLE_LIMIT // timedelta(hours=1), LIFETIME.days
    for page in ("README.md", "SECURITY.md", "docs/cli.md"):
        words = " ".join((ROOT / page).read_text("utf-8").split())
        assert f"{hours} hours without use" in words, page
        assert f"{days} days" in words, page

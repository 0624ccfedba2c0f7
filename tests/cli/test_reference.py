"""docs/cli.md is what the commands say of themselves."""

import subprocess
import sys

from tests.cli.processes import ROOT

GENERATOR = [sys.executable, str(ROOT / "docs" / "cli_reference.py"), "--check"]


def test_the_reference_page_is_up_to_date() -> None:
    ended = subprocess.run(GENERATOR, capture_output=True, text=True, check=False, cwd=ROOT)
    assert ended.returncode == 0, ended.stderr

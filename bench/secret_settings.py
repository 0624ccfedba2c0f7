"""Secrets in settings: values as people mistype them, each through the commands that complain, and no word of a secret.

`python -m bench.secret_settings [VALUES] [SEED]` (10,000 and 1; tests/cli/test_secret_settings.py runs 60 and every
known shape). The last line is the figure; it exits with 1 after a leak or a bug.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from random import Random

from tests.support.canaries import all_loud, is_in_the_open, leaks, mistyped


def main(values: int = 10_000, seed: int = 1) -> int:
    """Try `values` mistyped settings; print each leak, and the figure; return the exit code."""
    random, count, tried, settings = Random(seed), 0, 0, set()
    with tempfile.TemporaryDirectory() as folder, all_loud():
        while tried < values:
            setting, value, canary = mistyped(random)
            if is_in_the_open(setting, value, canary):
                continue
            tried += 1
            settings.add(setting)
            for leak in leaks(Path(folder) / "home", setting, value, canary):
                count += 1
                print(leak)
    print(f"secret settings: {count} leaks of {tried:,} mistyped values of {len(settings)} settings")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))

"""`python -m catlog` and the `catlog` console script."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command line and exit with its code."""
    # Start-up makes 100,000 objects that live to the end. To look for garbage among them, both then and at the
    # exit, would take a quarter of a short command's time.
    gc.set_threshold(50_000)
    try:
        from catlog.cli.main import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # before `run` could watch for it
        code = 130
    if "duckdb" not in sys.modules:  # which lists all that is not collected at the exit as leaks, to standard error
        gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    main()

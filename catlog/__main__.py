"""`python -m catlog` and the `catlog` console script."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        from catlog.cli.main import run

        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:  # before `run` could watch for it
        sys.exit(130)


if __name__ == "__main__":
    main()

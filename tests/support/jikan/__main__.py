"""Serve the stand-in by hand: print the URL, and go on until interrupted."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from tests.support.jikan.faults import KINDS, FaultError
from tests.support.jikan.recordings import DEFAULT_TOP
from tests.support.jikan.server import JikanStandIn


def main(arguments: list[str] | None = None) -> int:
    """Run the server in the foreground; return the exit code."""
    asked = _parser().parse_args(arguments)
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    try:
        stand_in = JikanStandIn(
            faults=asked.fault, data=asked.data, size=asked.size, seed=asked.seed, top=asked.top, port=asked.port
        )
        with stand_in as jikan:
            print(jikan.url, flush=True)
            over.wait()
    except (FaultError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    kinds = "\n".join(
        f"  {f'{name}={kind.value}' if kind.value else name:<36} {kind.does}" for name, kind in KINDS.items()
    )
    parser = argparse.ArgumentParser(
        prog="python -m tests.support.jikan",
        description="A Jikan on loopback that breaks on demand.",
        epilog=f"faults, as NAME[=VALUE][*TIMES][@page=N][@/path][@after=N]:\n{kinds}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="replay the recordings of this data folder")
    parser.add_argument("--top", help=f"the recorded ranking list, by date ({DEFAULT_TOP}), or 'synthetic'")
    parser.add_argument("--size", type=int, default=400, help="titles in the invented catalogue (400)")
    parser.add_argument("--seed", type=int, default=1, help="what the catalogue is invented from (1)")
    parser.add_argument("--port", type=int, default=0, help="the port; any free one by default")
    parser.add_argument("--fault", action="append", default=[], help="a fault to begin with; may be given again")
    return parser


if __name__ == "__main__":
    sys.exit(main())

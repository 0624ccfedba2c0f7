"""Run the named measurements, by default the quick ones.

Each measurement is a module of this package: `python -m bench.NAME --help` lists its options.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
from pathlib import Path

DEFAULT = ("startup", "app", "loads", "analytics")
"""What `make bench` runs: minutes, not hours."""


def measurements() -> dict[str, str]:
    """Return the names of the measurements, each with the first line of its docstring."""
    found = {}
    for file in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        if any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body):
            found[file.stem] = (ast.get_docstring(tree) or "").partition("\n")[0]
    return found


def main() -> int:
    """Run each measurement in a process of its own; return the exit code of the first that failed, else 0."""
    known = measurements()
    parser = argparse.ArgumentParser(prog="python -m bench", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"default: {' '.join(DEFAULT)}")
    parser.add_argument("--list", action="store_true", help="list the measurements")
    given = parser.parse_args()
    if unknown := [name for name in given.names if name not in known]:
        parser.error(f"no measurement is called {unknown[0]!r}; there are: {', '.join(known)}")
    if given.list:
        for name, line in known.items():
            print(f"{name:16}{'*' if name in DEFAULT else ' '} {line}")
        print("* runs by default")
        return 0
    codes = []
    for name in given.names or [name for name in DEFAULT if name in known]:
        print(f"== {name}: {known[name]}", flush=True)
        codes.append(subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode)
        print(flush=True)
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main())

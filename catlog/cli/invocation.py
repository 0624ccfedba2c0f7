"""The shortest command that starts the running CatLog again."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path


def own_command() -> str:
    """Return what to type in the current folder to start this CatLog, quoted for a shell.

    `catlog` where the PATH leads to this installation; else the path of its script, relative where it lies below the
    current folder; else its interpreter with `-m catlog`.
    """
    script = Path(sys.prefix) / ("Scripts" if os.name == "nt" else "bin") / "catlog"
    found = shutil.which("catlog")
    if found is not None and Path(found).resolve() == script.resolve():
        return "catlog"
    if os.access(script, os.X_OK):
        return shlex.quote(_nearest(script))
    return f"{shlex.quote(_nearest(Path(sys.executable)))} -m catlog"


def _nearest(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):  # elsewhere, or the current folder is gone
        return str(path)

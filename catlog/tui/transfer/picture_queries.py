"""Writing the statistics to a file, in a worker thread."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from catlog.access import Right, require
from catlog.atomic_files import private_file
from catlog.charts.sheet.files import missing_words, stats_file
from catlog.statistics.report import load_statistics
from catlog.text import clean

if TYPE_CHECKING:
    from catlog.statistics.groups import Measure
    from catlog.tui.backend import Backend


def write_picture(backend: Backend, kind: str, path: Path, year: int | None, by: Measure) -> str:
    """Write the statistics of the viewer's list, or of a year, whole or not at all; return what to tell."""
    require(backend.role, Right.USE_MACHINE)
    owner = backend.owner()
    with backend.database.read() as session:
        figures = load_statistics(session, owner.user_id, zone=owner.zone, year=year)
    made = stats_file(kind, figures, owner.username, owner.zone.today(), by=by, year=year is not None)
    with private_file(path) as out:
        out.write(made.content)
    missing = missing_words(made.missing)
    return f"written: {clean(str(path))}" + (f"; {missing}" if missing else "")

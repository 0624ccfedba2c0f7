"""`catlog stats --svg`, `--png` and `--html`: the statistics as files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from catlog.cli.context import Environment
from catlog.errors import InvalidArgumentError

if TYPE_CHECKING:
    from catlog.statistics.groups import Measure
    from catlog.statistics.report import Statistics

STDIO = "-"


@dataclass(frozen=True, slots=True)
class StatsFiles:
    """The files that were asked for; `-` is standard output, which takes one text."""

    svg: str | None
    png: str | None
    html: str | None

    @property
    def some(self) -> bool:
        """Whether there are any."""
        return any((self.svg, self.png, self.html))

    def check(self, *, terminal: bool) -> None:
        """Raise InvalidArgumentError for what standard output cannot take, and for one file asked for twice."""
        named = [file for file in (self.svg, self.png, self.html) if file]
        if self.png == STDIO:
            raise InvalidArgumentError("a PNG is no text for standard output", hint="--png FILE, or --svg -")
        if len({Path(file).absolute() for file in named}) < len(named):
            raise InvalidArgumentError("two of the files are one", hint="give each its own name")
        if terminal and STDIO in named:
            raise InvalidArgumentError("the terminal shows no picture", hint="give the name of a file")


def write_files(
    env: Environment,
    files: StatsFiles,
    figures: Statistics,
    username: str,
    today: date,
    by: Measure,
    *,
    year: bool,
) -> None:
    """Write the files, each whole or not at all."""
    from catlog.atomic_files import private_file
    from catlog.charts.sheet.files import missing_words, stats_file

    for kind, file in (("svg", files.svg), ("png", files.png), ("html", files.html)):
        if not file:
            continue
        made = stats_file(kind, figures, username, today, by=by, year=year)
        if file == STDIO:
            env.write(made.content.decode())
            continue
        with private_file(Path(file).absolute()) as out:
            out.write(made.content)
        if words := missing_words(made.missing):
            env.note(f"warning: {words}")
        env.note(f"written: {file}")

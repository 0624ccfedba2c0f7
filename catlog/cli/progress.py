"""Progress of long work, on standard error and only when that is a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from catlog.cli.context import Environment
from catlog.progress import Report, silent
from catlog.text import clean


@contextmanager
def progress(env: Environment) -> Iterator[Report]:
    """Yield the function that services report to; the display is erased at the end."""
    if not env.stderr_is_terminal:
        yield silent
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn

    from catlog.cli.screen import console

    screen = console(env, env.stderr)
    bar = () if env.ascii else (BarColumn(),)
    display = Progress(
        SpinnerColumn("line" if env.ascii else "dots"),
        TextColumn("{task.description}", markup=False),
        *bar,
        MofNCompleteColumn(),
        console=screen,
        transient=True,
        disable=screen.is_dumb_terminal,
        redirect_stdout=False,  # or data written meanwhile would go to standard error
        redirect_stderr=False,
    )
    tasks: dict[str, TaskID] = {}

    def report(step: str, done: int, total: int | None) -> None:
        if step not in tasks:
            tasks[step] = display.add_task(clean(step), total=total)
        display.update(tasks[step], completed=done, total=total)

    with display:
        yield report

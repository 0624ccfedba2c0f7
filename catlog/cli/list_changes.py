"""Print edits of my list: one line of text per title, or the fields before and after for scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catlog.cli.columns import TableColumn
from catlog.cli.context import Environment
from catlog.cli.output import Format, emit
from catlog.library.describe import combine_by_title, describe_change
from catlog.library.edit_kinds import EditKind, kinds_of
from catlog.library.steps import Step
from catlog.text import clean


@dataclass(frozen=True, slots=True)
class ChangedTitle:
    """What one step did to one title; `before` is null for one that was added, `after` for one that was removed.

    `kind` is from `library.edit_kinds`; `target` is the step that was undone or redone.
    """

    step: int
    target: int | None
    mal_id: int
    title: str
    change: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    kind: EditKind


_COLUMNS = (TableColumn("title", "title"), TableColumn("change", "change"))


def print_steps(env: Environment, format: Format, kind: str, steps: Sequence[Step], *, hint: str) -> None:
    """Print what each step changed, and on standard error how to undo it."""
    rows = [row for step in steps if step.number is not None for row in _rows(env, step, step.number)]
    if format == "table":
        for row in rows:
            env.write_text(clean(f"{row.title}: {row.change}", multiline=True) + "\n")
    else:
        emit(env, format, kind, rows, _COLUMNS, record=ChangedTitle)
    env.note(f"({hint})" if rows else "nothing changed: the list has these values already")


def arrow(env: Environment) -> str:
    """Return the arrow between before and after."""
    return "->" if env.ascii else "→"


def _rows(env: Environment, step: Step, number: int) -> list[ChangedTitle]:
    rows = []
    kinds = kinds_of(step.changes, step.origin)
    for change in combine_by_title(step.changes):
        before, after = change.sides
        words = describe_change(change, arrow=arrow(env))
        rows.append(
            ChangedTitle(number, step.target, change.mal_id, change.title, words, before, after, kinds[change.mal_id])
        )
    return rows

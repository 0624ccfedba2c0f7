"""The state of one operation. Its thread writes it; screens only read it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from catlog.access import Right
from catlog.errors import CatLogError
from catlog.tui.operations.steps import ProgressStep

if TYPE_CHECKING:
    from catlog.progress import Report
    from catlog.tui.backend import Backend

MAX_LINES = 2_000
"""Lines of output stored for one operation."""


class OperationKind(Enum):
    """The kind of an operation; only one of each kind runs at a time."""

    SNAPSHOT = "snapshot"
    BACKUP = "backup"
    COMPUTATION = "computation"
    IMPORT = "import"
    EXPORT = "export"
    COMPLETION = "completion"

    @property
    def right(self) -> Right:
        """The right it requires; the services check the same."""
        return _RIGHTS[self]

    @property
    def left_behind(self) -> str:
        """What one that was cancelled leaves behind, as a clause."""
        return "what was fetched stays" if self is OperationKind.COMPLETION else "everything is as it was"

    @property
    def when_cancelled(self) -> str:
        """The same as a sentence, before it is cancelled."""
        if self is OperationKind.COMPLETION:
            return "What was fetched stays, and the next time goes on from there."
        return "Everything stays as it was before."


_RIGHTS = {
    OperationKind.SNAPSHOT: Right.LOAD_CHARTS,
    OperationKind.BACKUP: Right.BACK_UP,
    OperationKind.COMPUTATION: Right.COMPUTE,
    OperationKind.IMPORT: Right.KEEP_LIST,
    OperationKind.EXPORT: Right.USE_MACHINE,
    OperationKind.COMPLETION: Right.FETCH_TITLES,
}


class OperationState(Enum):
    """The state of an operation. CANCELLING: it was cancelled and cleans up."""

    RUNNING = "running"
    CANCELLING = "cancelling"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Control(NamedTuple):
    """Arguments of work: `report` raises CancelledError once `cancel` is set; `print_line` stores a line of output.

    `expect` takes the seconds that the rest of the reported step takes, where the rate alone is misleading.
    """

    report: Report
    print_line: Callable[[str], None]
    cancel: threading.Event
    expect: Callable[[float], None]


class OperationResult(NamedTuple):
    """A summary of finished work in one line, the id of its run, and whether undo takes it back."""

    summary: str
    run_id: str = ""
    undo: bool = False


Work: TypeAlias = "Callable[[Backend, Control], OperationResult]"


@dataclass(eq=False, slots=True)
class Operation:
    """`title` names it; `began` and `ended` are monotonic, in s. `error` is set once failed, `outcome` once done."""

    kind: OperationKind
    title: str
    started_at: datetime
    began: float
    state: OperationState = OperationState.RUNNING
    steps: tuple[ProgressStep, ...] = ()
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=MAX_LINES))
    ended: float | None = None
    outcome: OperationResult | None = None
    error: CatLogError | None = None
    cancel: threading.Event = field(default_factory=threading.Event)

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self.ended is None

    @property
    def step(self) -> ProgressStep | None:
        """The current or last step."""
        return self.steps[-1] if self.steps else None

    def took(self, now: float) -> float:
        """Return the seconds it has taken so far, or took in all."""
        return (now if self.ended is None else self.ended) - self.began

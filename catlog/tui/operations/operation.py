"""One operation: what it is, how far it is, and how it ended. A thread writes it, the screens only read."""

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

LINES = 2_000
"""Lines of output that are kept of one operation."""


class OperationKind(Enum):
    """What an operation does; of each kind one runs at a time."""

    SNAPSHOT = "snapshot"
    BACKUP = "backup"
    COMPUTATION = "computation"

    @property
    def right(self) -> Right:
        """What it needs; the services that it uses check the same."""
        return _RIGHTS[self]


_RIGHTS = {
    OperationKind.SNAPSHOT: Right.LOAD_CHARTS,
    OperationKind.BACKUP: Right.BACK_UP,
    OperationKind.COMPUTATION: Right.COMPUTE,
}


class OperationState(Enum):
    """How far an operation is as a whole. CANCELLING: it was asked to end, and cleans up behind it."""

    RUNNING = "running"
    CANCELLING = "cancelling"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Control(NamedTuple):
    """What work is given: `report` raises CancelledError once `cancel` is set; `say` keeps a line of output."""

    report: Report
    say: Callable[[str], None]
    cancel: threading.Event


class OperationResult(NamedTuple):
    """What finished work has to say, in one line, and the id of the run that it was."""

    words: str
    run_id: str = ""


Work: TypeAlias = "Callable[[Backend, Control], OperationResult]"


@dataclass(eq=False, slots=True)
class Operation:
    """`title` names it in words; `began` is monotonic, in s. `error` is set once it has failed, `outcome` once done."""

    kind: OperationKind
    title: str
    started_at: datetime
    began: float
    state: OperationState = OperationState.RUNNING
    steps: tuple[ProgressStep, ...] = ()
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=LINES))
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
        """The step that is under way, or was the last."""
        return self.steps[-1] if self.steps else None

    def took(self, now: float) -> float:
        """Return the seconds it has taken so far, or took in all."""
        return (now if self.ended is None else self.ended) - self.began

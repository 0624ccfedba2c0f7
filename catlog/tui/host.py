"""What screens, dialogs and widgets call of the app, and the base class that gives their `app` its type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message_pump import MessagePump

from catlog.tui.core import AppCore

if TYPE_CHECKING:
    from catlog.tui.cat_poses import CatPoses
    from catlog.tui.operations.registry import Operations
    from catlog.tui.workers import WorkerPool


class Host(AppCore):
    """The app as its screens see it: the core and the parts that work for them.

    `pool` runs queries and edits in threads, `operations` run in the background, `cat_poses`
    chooses how the cat sits.
    """

    pool: WorkerPool
    operations: Operations
    cat_poses: CatPoses


class Hosted(MessagePump):
    """A screen or widget of the app: `class Preview(Hosted, Widget)`."""

    app: Host

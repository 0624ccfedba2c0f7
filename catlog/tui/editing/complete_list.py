"""Completion of the own list in the app: the plan in a question, then an operation in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catlog.errors import CatLogError
from catlog.text import counted
from catlog.tui.content import line, lines
from catlog.tui.deferred import deferred
from catlog.tui.dialogs.confirm import Confirm
from catlog.tui.operations.operation import OperationKind

if TYPE_CHECKING:
    from catlog.etl.completion.plan import CompletionPlan
    from catlog.tui.editing import completion_queries
    from catlog.tui.host import Host
    from catlog.tui.screens.base import CatLogScreen
else:
    completion_queries = deferred("catlog.tui.editing.completion_queries")

TITLE = "my list"
"""The name of the operation."""

_MANY_SECONDS = 90


def ask_to_complete(screen: CatLogScreen) -> None:
    """Tell what completing the list takes, and begin after a yes; offer to cancel it while it runs."""
    app = screen.app
    running = next((one for one in app.operations.running if one.kind is OperationKind.COMPLETION), None)
    if running is not None:
        question = Confirm(f"Stop completing {TITLE}? {running.kind.when_cancelled}")
        app.push_screen(question, lambda yes: app.operations.cancel(running) if yes else None)
        return

    def planned(plan: CompletionPlan) -> None:
        if not plan.titles:
            lately = f": the source was asked about {counted(plan.settled, 'incomplete title')} lately"
            app.tell(f"nothing to complete{lately if plan.settled else ''}")
            return
        lacking = (f"{gap} {count:,}" for gap, count in plan.lacking.items() if count)
        details = lines(
            [
                line((f"{plan.titles:,} of {counted(plan.listed, 'title')} lack something:", "")),
                line((", ".join(lacking), "$dim")),
                line(
                    f"About {counted(plan.requests, 'request')} to {plan.host}, ",
                    (f"about {_time(plan.seconds)}", "bold $bright"),
                    ", in the background.",
                ),
                line(("What you watch comes first; you can stop it at any time.", "$dim")),
            ]
        )
        app.push_screen(Confirm("Complete my list?", details), lambda yes: _begin(app) if yes else None)

    app.pool.run(screen, completion_queries.plan_completion).then(planned)


def _begin(app: Host) -> None:
    from catlog.tui.operations.work import completion

    try:
        app.operations.start(OperationKind.COMPLETION, TITLE, completion())
    except CatLogError as error:
        app.show_error(error)
    else:
        app.tell("your list is being completed: the top bar shows how far it is")


def _time(seconds: float) -> str:
    return f"{max(1, round(seconds))} s" if seconds < _MANY_SECONDS else f"{seconds / 60:.0f} min"

"""What the completion of the own list takes, read in a worker thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catlog.etl.completion.run import plan

if TYPE_CHECKING:
    from catlog.etl.completion.plan import CompletionPlan
    from catlog.tui.backend import Backend


def plan_completion(backend: Backend) -> CompletionPlan:
    """Return what the titles of the list lack, and the requests and the time that fetching takes. Nothing is sent."""
    return plan(backend.database, backend.settings, backend.owner())

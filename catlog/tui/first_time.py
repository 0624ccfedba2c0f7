"""Whether the first steps are offered: once, to a user whose list never had anything, until they are left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catlog import clock
from catlog.errors import CatLogError
from catlog.saved_views import SavedViews

if TYPE_CHECKING:
    from catlog.library.changes import Heartbeat
    from catlog.tui.backend import Backend

SEEN = "first steps"
"""The name under which it is remembered that they were left."""


def is_first_time(backend: Backend, heartbeat: Heartbeat) -> bool:
    """Say whether the first steps are to be offered to the viewer."""
    viewer = backend.viewer
    if viewer is None or heartbeat.step:
        return False
    try:
        left = SEEN in SavedViews(backend.settings.paths.state, viewer.username).all("seen")
    except CatLogError:
        return False
    return not left and not _has_entries(backend, viewer.user_id)


def leave(backend: Backend) -> None:
    """Remember that the first steps were left. Raises what `SavedViews.save` does."""
    owner = backend.owner()
    SavedViews(backend.settings.paths.state, owner.username).save("seen", SEEN, {"at": clock.now().isoformat()})


def _has_entries(backend: Backend, user_id: int) -> bool:
    """Say whether the list has entries: another program may have written them, without a log."""
    from catlog.library.listing import count_entries  # imported by new users alone

    with backend.database.read() as session:
        return count_entries(session, user_id) > 0

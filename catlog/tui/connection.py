"""The connection to the database: the offline banner, retries, pending edits, and polling for changes by others."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from catlog.access import Right
from catlog.companion.events import ActivityEvent
from catlog.errors import BusyError, CatLogError, SessionEndedError, UnavailableError
from catlog.text import clean, counted
from catlog.tui.content import line, lines, plain
from catlog.tui.deferred import deferred

if TYPE_CHECKING:
    from textual.content import Content

    from catlog.library.changes import Heartbeat
    from catlog.library.journal.replay import Replay, ReplayResult
    from catlog.tui import queries
    from catlog.tui.core import AppCore
    from catlog.tui.editing import edit_queries
    from catlog.tui.editing.edit_batch import EditResult
    from catlog.tui.workers import WorkerPool
else:
    edit_queries = deferred("catlog.tui.editing.edit_queries")
    queries = deferred("catlog.tui.queries")

RETRY_SECONDS = 2.0
"""Seconds between two checks of a database that is offline."""

POLL_SECONDS, POLL_UNFOCUSED_SECONDS = 2.0, 10.0
"""Seconds between two polls for changes by others, with and without the focus of the terminal."""

TOUCH_SECONDS = 300.0
"""Seconds between two updates of the session's last use."""

_SHOWN = 8
"""Conflicts that the dialog spells out."""


class ConnectionMonitor:
    """The state of the database: `offline` while it cannot be reached, `busy` while another process locks it.

    A `damaged` database is offline too, until a backup is restored.
    """

    def __init__(self, app: AppCore, pool: WorkerPool) -> None:
        self._app = app
        self._pool = pool
        self._checking = False
        self._heartbeat: Heartbeat | None = None
        self._since_poll = 0.0
        self._last_used = time.monotonic()
        self._ended: int | None = None
        self._unreported: list[CatLogError] = []
        self.offline = False
        self.damaged = False
        self.busy = False
        self._reason = ""

    @property
    def banner(self) -> str:
        """The text of the banner; "" while the database takes everything."""
        from catlog.library.journal.replay import not_undone

        count = len(not_undone(waiting)) if (waiting := self._pool.backend.pending_edits) else 0
        waits = f"{counted(count, 'edit')} waiting" if count else ""
        if self.damaged and not self._app.may(Right.EXAMINE):
            hint = waits or "ask the administrator of this CatLog"
            return f"The database is damaged {self._app.glyphs.separator} {hint}"
        if self.damaged:
            way = f"catlog db restore FILE brings a backup from {clean(str(self._app.settings.paths.backups))}"
            return f" {self._app.glyphs.separator} ".join(["The database is damaged", *([waits] if waits else []), way])
        if self.offline:
            state = "The database is offline, retrying"
            seen = "what you see is what was read last" if self._app.is_open else clean(self._reason)
            return f"{state} {self._app.glyphs.separator} {waits or seen}"
        if not waits:
            return ""
        return f"{'The database is busy' if self.busy else 'Saving'} {self._app.glyphs.separator} {waits}"

    # Checks.

    def check(self) -> None:
        """Check whether the database can be reached or, after a lock, takes edits again."""
        if not self._checking:
            self._checking = True
            if self.busy and not self.offline:
                self.replay()
            elif self._app.is_open:
                self._pool.run(self._app, queries.check_database).then(lambda _: self.on_up(), self.on_down)
            else:
                self._app.open_library()

    def replay(self) -> None:
        """Make the edits that are pending."""
        self._pool.replay().then(self.on_replayed, self.on_replay_failed)

    def explains(self, error: CatLogError) -> bool:
        """Return whether an error needs no report: the banner has it, or the check under way will report it."""
        if isinstance(error, UnavailableError) and self._checking:
            self._unreported.append(error)
        return isinstance(error, UnavailableError) and (self._checking or self.offline)

    def on_down(self, error: CatLogError) -> bool:
        """Mark the database as unreachable or as locked, and check again later.

        An error that the banner does not explain, such as a wrong setting, is reported once.
        """
        is_new = error.message != self._reason
        self.busy = isinstance(error, BusyError) and not self.offline
        self.offline, self.damaged = not self.busy, is_damaged(error)
        self._reason = error.message
        self._unreported.clear()
        self.refresh()
        if is_new and not isinstance(error, UnavailableError | BusyError):
            self._app.show_error(error)
        self._check_later()
        return True

    def on_replay_failed(self, error: CatLogError) -> bool:
        """Report that the pending edits could not even be tried, as on a full disk, and try again later."""
        if isinstance(error, SessionEndedError):
            self._checking = False
            self._app.ask_to_sign_in(accounts=True, why=error.message)
            return True
        if error.message != self._reason:
            self._app.show_error(error)
        self._reason = error.message
        self.busy = True
        self.refresh()
        self._check_later()
        return True

    def _check_later(self) -> None:
        self._checking = False
        self._app.set_timer(RETRY_SECONDS, self.check, name="check the database")

    def on_up(self) -> None:
        """Mark the database as reachable, replay pending edits and reload the screens."""
        self._checking = False
        was_offline, self.offline, self.damaged, self._reason = self.offline, False, False, ""
        for error in self._unreported:
            self._app.show_error(error)
        self._unreported.clear()
        self.refresh()
        if self._pool.backend.viewer is not None:
            self.replay()
        if was_offline:
            self._app.list_changed()

    def on_replayed(self, done: Replay) -> None:
        """Report the pending edits that were made."""
        self._checking = False
        self.busy = False
        if done.results:
            self._app.list_changed()
        if done.unreadable is not None:
            see = str(done.unreadable) if self._app.may(Right.EXAMINE) else "ask the administrator of this CatLog"
            self._app.tell(f"not every edit that waited could be read: {see}", problem=True)
        self.on_pending(done.results, done.stopped)

    def on_pending(self, results: Sequence[ReplayResult] = (), stopped: CatLogError | None = None) -> None:
        """Show the pending edits, report the `results` of others, and check the database when an edit was `stopped`."""
        if results:
            self._report_replayed(results)
        if isinstance(stopped, UnavailableError | BusyError) and not self._checking:
            self._checking = True
            self.on_down(stopped)
        else:
            self.refresh()

    def refresh(self) -> None:
        """Show the banner and the pending edits."""
        self._app.banner = self.banner
        self._app.set_class(bool(self._app.banner), "-offline")
        self._app.refresh_pending()

    # Results of pending edits.

    def _report_replayed(self, results: Sequence[ReplayResult]) -> None:
        saved = sum(1 for result in results if result.step is not None and result.edit.requests)
        if saved:
            self._app.tell(f"{counted(saved, 'edit')} that waited: saved")
        for result in results:
            if result.error is not None and not result.is_conflict:
                self._app.tell(f"could not be saved: {result.error.message}", problem=True)
        if conflicts := [result for result in results if result.is_conflict]:
            self._app.publish(ActivityEvent("yarn"))
            self._ask_about_conflicts(conflicts)

    def _ask_about_conflicts(self, conflicts: Sequence[ReplayResult]) -> None:
        from catlog.tui.dialogs.confirm import Confirm

        shown: list[Content] = [
            line(conflict.error.message) for conflict in conflicts[:_SHOWN] if conflict.error is not None
        ]
        if len(conflicts) > _SHOWN:
            shown.append(plain(f"and {len(conflicts) - _SHOWN} more", "$dim"))

        def answer(yes: bool | None) -> None:
            if yes:
                for conflict in conflicts:
                    self._pool.submit(self._app, edit_queries.edit_anyway, conflict.edit).then(self._edited)
            else:
                self._app.tell("left as it is there")

        self._app.push_screen(
            Confirm("Changed elsewhere while it waited. Put yours in its place?", lines(shown)), answer
        )

    def _edited(self, result: EditResult) -> None:
        self._app.tell(result.text, undo=True)

    # Changes by others.

    def poll(self) -> None:
        """Poll for changes, when it is time."""
        self._since_poll += POLL_SECONDS
        if self._since_poll >= (POLL_SECONDS if self._app.app_focus else POLL_UNFOCUSED_SECONDS):
            self._since_poll = 0.0
            if self._app.is_open and not self.offline:
                now, lately = time.monotonic(), self._app.last_input
                if used := (lately > self._last_used and now - self._last_used >= TOUCH_SECONDS):
                    self._last_used = now
                # A failure needs no report: the banner has it, or the next poll succeeds.
                self._pool.run(self._app, queries.read_heartbeat, used=used).then(self.on_poll, lambda _: True)

    def on_poll(self, heartbeat: Heartbeat) -> None:
        """Reload what another session changed."""
        before, self._heartbeat = self._heartbeat, heartbeat
        backend = self._pool.backend
        seen, backend.seen_step = backend.seen_step, max(backend.seen_step, heartbeat.step)
        viewer = backend.viewer
        if heartbeat.ended and viewer is not None and self._ended != viewer.session_id:
            self._ended = viewer.session_id
            self._app.ask_to_sign_in(accounts=True, why="your session has ended")
        if before is None:
            return
        if heartbeat.loaded != before.loaded:
            self._app.read_status()
        others = heartbeat.step not in (seen, before.step) or heartbeat.catalogue != before.catalogue
        if others or (heartbeat.timezone, heartbeat.titles) != (before.timezone, before.titles):
            self._app.list_changed()


def is_damaged(error: CatLogError) -> bool:
    """Return whether an error means that the database file is damaged, so that a retry cannot help."""
    from catlog.db.errors import is_damage

    return is_damage(error)

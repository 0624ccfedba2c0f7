"""How the app ends because of a bug, without Textual's traceback."""

from __future__ import annotations

from textual.app import App

from catlog.errors import ExitCode


class CrashSafeApp(App[None], inherit_bindings=False):
    """An app that stores an unexpected exception in `bug` and ends, instead of printing it.

    Textual prints a traceback with the values of all local variables, passwords among them.
    """

    @property
    def bug(self) -> Exception | None:
        """The exception that ended the app; None unless it crashed."""
        return self._exception

    def crash(self, error: Exception) -> None:
        """End the app because of a bug; `run_app` raises the error for its caller to report."""
        self._handle_exception(error)

    def _handle_exception(self, error: Exception) -> None:
        # While the app ends, its widgets go one by one, and what a handler then misses is no bug.
        if not self._exit:
            self._return_code = ExitCode.BUG
            if self._exception is None:
                self._exception = error
                self._exception_event.set()
        self._close_messages_no_wait()

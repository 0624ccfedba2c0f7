"""A session that is waited for no longer than a person would: whatever the network does, time is up when it is up."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from catlog.jikan.errors import SourceUnavailableError
from catlog.jikan.request import ApiSource, Parameters
from catlog.jikan.response import RawResponse, Validators, place


class DeadlineExceededError(SourceUnavailableError):
    """The source did not answer within the time that was given to all questions together."""


@dataclass(slots=True)
class DeadlineSession:
    """Asks `session` in a thread, for `seconds` in all from the first question on.

    A name server that stays silent cannot be interrupted, so its thread is left behind; `cancel`, the event that the
    session was opened with, then ends what it is doing as soon as it looks up.
    """

    session: ApiSource
    timeout: float
    cancel: threading.Event
    _deadline: float | None = field(default=None, init=False)

    def get(
        self,
        path: str,
        params: Parameters | None = None,
        *,
        page: int | None = None,
        of_id: bool = False,
        since: Validators | None = None,
    ) -> RawResponse:
        """Return the answer. Raises what the session raises, and NoTimeLeftError."""
        if self._deadline is None:
            self._deadline = time.monotonic() + self.timeout
        answers: list[RawResponse] = []
        failures: list[BaseException] = []

        def ask() -> None:
            try:
                answers.append(self.session.get(path, params, page=page, of_id=of_id, since=since))
            except BaseException as problem:  # raised again where it was asked
                failures.append(problem)

        thread = threading.Thread(target=ask, name="a question to a source", daemon=True)
        thread.start()
        thread.join(max(0.0, self._deadline - time.monotonic()))
        if answers:
            return answers[0]
        if failures:
            raise failures[0]
        self.cancel.set()
        raise DeadlineExceededError(f"{place('the source', path, page)}: no answer within {self.timeout:g} s")

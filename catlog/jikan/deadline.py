"""A session with a deadline that holds whatever the network does."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from catlog.jikan.request import ApiRequest, ApiSource
from catlog.jikan.response import JikanResponse
from catlog.net.errors import SourceUnavailableError


class DeadlineExceededError(SourceUnavailableError):
    """The source did not answer before the deadline of all requests together."""


@dataclass(slots=True)
class DeadlineSession:
    """Sends the requests of `session` in a thread, for `timeout` seconds in all from the first one on.

    A silent name server cannot be interrupted, so its thread is left behind; setting `cancel`, the event that the
    session was opened with, ends that thread when the name server answers.
    """

    session: ApiSource
    timeout: float
    cancel: threading.Event
    _deadline: float | None = field(default=None, init=False)

    def get(self, request: ApiRequest) -> JikanResponse:
        """Return the response. Raises the session's errors, and DeadlineExceededError."""
        if self._deadline is None:
            self._deadline = time.monotonic() + self.timeout
        responses: list[JikanResponse] = []
        failures: list[BaseException] = []

        def send() -> None:
            try:
                responses.append(self.session.get(request))
            except BaseException as problem:  # raised again in the caller's thread
                failures.append(problem)

        thread = threading.Thread(target=send, name="a request to a source", daemon=True)
        thread.start()
        thread.join(max(0.0, self._deadline - time.monotonic()))
        if responses:
            return responses[0]
        if failures:
            raise failures[0]
        self.cancel.set()
        raise DeadlineExceededError(f"{request.at('the source')}: no answer within {self.timeout:g} s")

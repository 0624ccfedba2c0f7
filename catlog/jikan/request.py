"""One request to the API, and the interface of everything that answers it: a session, the response cache, a wrapper.

Nothing here needs an HTTP client, so that reading cached responses loads none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from catlog.errors import InvalidArgumentError
from catlog.jikan.response import JikanResponse
from catlog.net.response import Validators, place

Parameters = Mapping[str, str | int | float | bool | None]
"""Query parameters; None is left out, true and false are written as words."""


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A path of the API ("/top/anime") with its parameters, the page aside.

    `by_id`: the path names one anime. `since`: the `validators` of an earlier response, which make the request
    conditional. Raises InvalidArgumentError for anything but a plain path.
    """

    path: str
    parameters: Parameters = field(default_factory=dict)
    page: int | None = None
    by_id: bool = False
    since: Validators | None = None

    def __post_init__(self) -> None:
        if not self.path.startswith("/") or any(part in self.path for part in ("//", "..", "?", "#")):
            raise InvalidArgumentError(f"not a path of the API: {self.path[:80]!r}")

    @property
    def query(self) -> dict[str, str]:
        """The parameters and the page as they stand in a URL."""
        words = {True: "true", False: "false"}
        return {
            name: words[value] if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
            for name, value in {**self.parameters, "page": self.page}.items()
            if value is not None
        }

    def at(self, host: str) -> str:
        """Return how errors name this request when it goes to `host`."""
        return place(host, self.path, self.page)


class ApiSource(Protocol):
    """Answers one request at a time, as `catlog.jikan.client.JikanSession` does."""

    def get(self, request: ApiRequest) -> JikanResponse:
        """Return the response, unparsed. Raises a CatLogError that says why there is none."""

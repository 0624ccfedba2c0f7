"""The shape of whoever can be asked for an answer of the API: a session with a source, or the answers that were kept.

Nothing here needs an HTTP client, so that reading what is kept loads none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from catlog.jikan.response import RawResponse, Validators

Parameters = Mapping[str, str | int | float | bool | None]
"""Query parameters; None is left out, true and false are written as words."""


class ApiSource(Protocol):
    """Gives one answer for a path and its parameters, as `catlog.jikan.client.JikanSession.get` does."""

    def get(
        self,
        path: str,
        params: Parameters | None = None,
        *,
        page: int | None = None,
        of_id: bool = False,
        since: Validators | None = None,
    ) -> RawResponse:
        """Return the answer, unparsed. Raises a CatLogError that says why there is none."""


def as_text(params: Parameters) -> dict[str, str]:
    """Return the parameters as they stand in a URL."""
    words = {True: "true", False: "false"}
    return {
        name: words[value] if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
        for name, value in params.items()
        if value is not None
    }

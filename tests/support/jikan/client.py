"""A client for looking at the stand-in from outside: one connection, and the body as it was on the wire."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True)
class Got:
    """What came back: status, headers by lower-case name, and the body before any decoding."""

    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body as a JSON object."""
        found: dict[str, Any] = json.loads(self.raw)
        return found

    @property
    def ids(self) -> list[int]:
        """The ids of the anime on the page."""
        return [entry["mal_id"] for entry in self.json["data"]]


class Client:
    """One connection to a base URL, kept open until the `with` ends; it sends no header that it is not given."""

    def __init__(self, base: str) -> None:
        self._base = urlsplit(base)
        self._connection = http.client.HTTPConnection(str(self._base.hostname), int(self._base.port or 0), timeout=180)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def get(self, path: str, headers: Mapping[str, str] | None = None, method: str = "GET", **query: Any) -> Got:  # noqa: ANN401
        """Ask for a path below the base. Raises OSError or HTTPException, and connects anew the next time."""
        target = self._base.path + path + (f"?{urlencode(query)}" if query else "")
        try:
            self._connection.putrequest(method, target, skip_accept_encoding=True)
            for name, text in (headers or {}).items():
                self._connection.putheader(name, text)
            self._connection.endheaders()
            response = self._connection.getresponse()
            named = {name.lower(): text for name, text in response.getheaders()}
            return Got(response.status, named, response.read())
        except BaseException:
            self._connection.close()
            raise

    def walk(self, path: str, **query: Any) -> list[dict[str, Any]]:  # noqa: ANN401
        """Return the entries of all pages, as long as the answer says there are more; at most a hundred pages."""
        found: list[dict[str, Any]] = []
        for page in range(1, 101):
            answer = self.get(path, page=page, **query).json
            found += answer["data"]
            if not answer["pagination"]["has_next_page"]:
                return found
        raise AssertionError(f"{path} has no end")

"""A response of Jikan, with the readers of its body."""

from __future__ import annotations

from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass

from catlog.jikan.schema import ANIME_FIELDS, AnimePage, parse_data, parse_document, parse_page
from catlog.net.errors import BadResponseError
from catlog.net.response import RawResponse


@dataclass(frozen=True, slots=True)
class JikanResponse(RawResponse):
    """A good response. Each reader raises `BadResponseError`, with this response, for what Jikan never sends."""

    def document(self) -> object:
        """Parse the body as strict JSON."""
        with self._attached():
            return parse_document(self.body, self.where)

    def data(self) -> object:
        """Parse the body and return its "data"."""
        with self._attached():
            return parse_data(self.document(), self.where)

    def read_page(self, known: Set[str] = ANIME_FIELDS) -> AnimePage:
        """Parse the body as a page of entries; see `parse_page`."""
        with self._attached():
            return parse_page(self.document(), self.where, known=known)

    @contextmanager
    def _attached(self) -> Iterator[None]:
        try:
            yield
        except BadResponseError as problem:
            problem.response = self
            raise

"""The two values that everything here passes around: what was asked, and what is answered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True)
class Request:
    """One request as it came in, kept for the test to look at.

    `path` is without the base path ("/top/anime"), `base` is "/v4" or "/v1" ("" for a foreign path), `headers` have
    lower-case names, `time` is of the stand-in's clock in seconds, and `connection` is the client's port: equal for
    requests that share a connection.
    """

    method: str
    base: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    time: float
    connection: int

    @property
    def page(self) -> str:
        """The page asked for, as text; "1" where none was named."""
        return self.query.get("page", "1")


class Delivery(Enum):
    """How an answer goes over the wire."""

    WHOLE = "whole"
    CUT = "cut"
    CHUNKED = "chunked"
    DRIP = "drip"
    DEAD = "dead"
    RESET = "reset"


@dataclass(frozen=True)
class Answer:
    """A status, headers and a body. `coding` is set when the body already is in a Content-Encoding."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    coding: str | None = None
    delivery: Delivery = Delivery.WHOLE
    pause: float = 0.0

    def with_headers(self, **headers: str) -> "Answer":
        """Return the answer with these headers set; `_` in a name stands for `-`."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return replace(self, headers={**self.headers, **named})

    def with_document(self, document: object) -> "Answer":
        """Return the answer with another JSON body."""
        return replace(self, body=encode(document))

    def document(self) -> dict[str, Any]:
        """Return the JSON of the body, which is an object in every good answer."""
        found: dict[str, Any] = json.loads(self.body)
        return found


def encode(document: object) -> bytes:
    """Return `document` as the bytes Jikan would send: ASCII, without spaces; NaN goes through."""
    return json.dumps(document, separators=(",", ":")).encode("ascii")


def json_answer(status: int, document: object, headers: Mapping[str, str] | None = None) -> Answer:
    """Return an answer of JSON."""
    return Answer(status, encode(document), {"Content-Type": "application/json", **(headers or {})})


def html_answer(status: int, title: str) -> Answer:
    """Return an answer of a small HTML page, as a proxy in front of Jikan gives."""
    page = f"<!DOCTYPE html>\n<html><head><title>{title}</title></head>\n<body><center><h1>{title}</h1></center>\n"
    return Answer(status, (page + "</body></html>\n").encode(), {"Content-Type": "text/html; charset=UTF-8"})

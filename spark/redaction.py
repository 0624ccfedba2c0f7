"""Redact secrets of the calling process in events and in the log of this process."""

from __future__ import annotations

import sys
from collections.abc import Collection
from typing import TextIO

_words: tuple[str, ...] = ()


def set_redacted_words(words: Collection[str]) -> None:
    """Redact these words from now on, in `redact` and in all that Python writes to standard error."""
    global _words
    _words = tuple(sorted(filter(None, words), key=len, reverse=True))
    if _words and not isinstance(sys.stderr, _RedactingStream):
        sys.stderr = _RedactingStream(sys.stderr)


def redact(text: str) -> str:
    """Return a text with those words replaced by ***."""
    for word in _words:
        text = text.replace(word, "***")
    return text


class _RedactingStream:
    """A stream that redacts what is written to it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text and return its length."""
        self._stream.write(redact(text))
        return len(text)

    def __getattr__(self, name: str) -> object:
        """Delegate everything else to the stream."""
        return getattr(self._stream, name)

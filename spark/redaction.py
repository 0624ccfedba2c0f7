"""Words that this process says nowhere: the secrets of whoever started it, in no event and no line of its log."""

from __future__ import annotations

import sys
from collections.abc import Collection
from typing import TextIO

_words: tuple[str, ...] = ()


def set_redacted_words(words: Collection[str]) -> None:
    """Leave some words out of what is said, and of all that Python writes to standard error, from now on."""
    global _words
    _words = tuple(sorted(filter(None, words), key=len, reverse=True))
    if _words and not isinstance(sys.stderr, _RedactingStream):
        sys.stderr = _RedactingStream(sys.stderr)


def redact(text: str) -> str:
    """Return a text without those words."""
    for word in _words:
        text = text.replace(word, "***")
    return text


class _RedactingStream:
    """A stream that is written without those words."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text and return its length."""
        self._stream.write(redact(text))
        return len(text)

    def __getattr__(self, name: str) -> object:
        """Be the stream in everything else."""
        return getattr(self._stream, name)

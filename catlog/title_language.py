"""The language of titles: the main title, which is romaji, the English or the native one.

The choice is the account's, else the setting's. Records of services have the title in the language that is spoken
while they are read (`speaking`); `catlog.db.shown_title` is the column that follows it. Files for other programs, and
JSON and CSV of commands, always have the main title.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum


class TitleLanguage(StrEnum):
    """The language of titles."""

    ROMAJI = "romaji"
    ENGLISH = "english"
    NATIVE = "native"

    @property
    def following(self) -> TitleLanguage:
        """The next language of the three."""
        languages = list(TitleLanguage)
        return languages[(languages.index(self) + 1) % len(languages)]

    def pick(self, main: str, english: str | None, native: str | None) -> str:
        """Return the title in this language, the main one where the source has none."""
        own = {TitleLanguage.ENGLISH: english, TitleLanguage.NATIVE: native}.get(self)
        return own or main


_spoken: ContextVar[TitleLanguage] = ContextVar("titles", default=TitleLanguage.ROMAJI)


def spoken() -> TitleLanguage:
    """Return the language in which records are read now."""
    return _spoken.get()


@contextmanager
def speaking(language: TitleLanguage) -> Iterator[None]:
    """Read records in a language inside the block."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)

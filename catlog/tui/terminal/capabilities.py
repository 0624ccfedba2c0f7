"""The abilities of the terminal, detected before the app starts."""

from __future__ import annotations

from dataclasses import dataclass

from catlog.config import Settings

_LETTERS_ALONE = ("linux", "vt100", "vt102", "vt220")


@dataclass(frozen=True, slots=True)
class Terminal:
    """The abilities of a terminal: colours, characters beyond ASCII, and the encoding of its bytes."""

    color: bool = True
    ascii: bool = False
    encoding: str = "utf-8"


def terminal_of(settings: Settings, encoding: str | None, *, color: bool | None = None) -> Terminal:
    """Return the abilities that settings, environment and the stream's `encoding` imply.

    `color` False disables colours; None leaves them to `NO_COLOR`.
    """
    name = (encoding or "utf-8").lower()
    unicode = name.replace("-", "").replace("_", "").startswith("utf")
    few = settings.term.partition("-")[0] in _LETTERS_ALONE
    return Terminal(
        color=color is not False and not settings.no_color,
        ascii=settings.ascii or not unicode or few,
        encoding=name,
    )

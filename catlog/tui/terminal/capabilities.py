"""The abilities of the terminal, detected before the app starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from catlog.config import Settings
from catlog.tui.terminal.width_probe import Probed, probe_width

_LETTERS_ALONE = ("linux", "vt100", "vt102", "vt220")


@dataclass(frozen=True, slots=True)
class Terminal:
    """The abilities of a terminal: colours, characters beyond ASCII, and the encoding of its bytes.

    `probed` has what was typed while the terminal was asked.
    """

    color: bool = True
    ascii: bool = False
    encoding: str = "utf-8"
    probed: Probed = field(default_factory=Probed)


def terminal_of(
    settings: Settings,
    encoding: str | None,
    *,
    color: bool | None = None,
    probe: Callable[[], Probed] | None = None,
) -> Terminal:
    """Return the abilities that settings, environment and the stream's `encoding` imply.

    `color` False disables colours; None leaves them to `NO_COLOR`. `probe` asks the terminal for the width of a sign,
    unless the setting `ascii` was set, one way or the other: signs of two cells would put every column out of line.
    """
    name = (encoding or "utf-8").lower()
    unicode = name.replace("-", "").replace("_", "").startswith("utf")
    few = settings.term.partition("-")[0] in _LETTERS_ALONE
    ascii = settings.ascii or not unicode or few
    is_set = settings.origins.get("ascii", "default") != "default"
    probed = probe() if probe is not None and not (ascii or is_set) else Probed()
    return Terminal(
        color=color is not False and not settings.no_color,
        ascii=ascii or (probed.cells or 1) > 1,
        encoding=name,
        probed=probed,
    )


def asked_terminal(settings: Settings, encoding: str | None, *, color: bool | None = None) -> Terminal:
    """Return the same, after the terminal of this process was asked."""
    return terminal_of(settings, encoding, color=color, probe=probe_width)

"""Every sign that the app draws, with a twin in ASCII."""

from __future__ import annotations

from typing import NamedTuple


class Glyphs(NamedTuple):
    """The signs by name; each is one cell wide, but for those whose ASCII twins are words or pairs.

    These are `favorite` (its column is two cells in both tables), `ok`, `stale`, `offline`, `ticked`, `unticked` and
    `arrow`. No sign has an emoji form, and a `score` has the star alone.
    """

    watching: str = "▸"
    completed: str = "✓"
    planned: str = "◇"
    on_hold: str = "‖"
    dropped: str = "×"
    favorite: str = "♥"
    score: str = "★"
    rank: str = "#"
    note: str = "¶"
    selected: str = "•"
    cursor: str = "▌"
    pointer: str = "▸"
    up: str = "▲"
    down: str = "▼"
    ascending: str = "▴"
    descending: str = "▾"
    same: str = "="
    ok: str = "●"
    stale: str = "◐"
    offline: str = "○"
    running: str = "◌"
    ticked: str = "■"
    unticked: str = "□"
    warning: str = "!"
    brought: str = "↓"
    separator: str = "·"
    dash: str = "–"
    arrow: str = "→"
    ellipsis: str = "…"
    rule: str = "─"
    heavy: str = "━"
    half: str = "╸"
    bar: str = "│"
    heavy_bar: str = "┃"
    top_left: str = "╭"
    top_right: str = "╮"
    bottom_left: str = "╰"
    bottom_right: str = "╯"
    dot: str = "·"

    def status(self, status: str) -> str:
        """Return the sign of a list status, given by its name: `WATCHING`, `PLAN_TO_WATCH`, ..."""
        sign: str = getattr(self, STATUS_NAMES[status].replace("-", "_"))
        return sign


STATUS_NAMES = {
    "WATCHING": "watching",
    "COMPLETED": "completed",
    "PLAN_TO_WATCH": "planned",
    "ON_HOLD": "on-hold",
    "DROPPED": "dropped",
}
"""The name of each status among glyphs and colours."""

UNICODE = Glyphs()

ASCII = Glyphs(
    watching=">",
    completed="v",
    planned="o",
    on_hold='"',
    dropped="x",
    favorite="<3",
    score="*",
    rank="#",
    note="&",
    selected="#",
    cursor="|",
    pointer=">",
    up="+",
    down="-",
    ascending="^",
    descending="v",
    same="=",
    ok="ok",
    stale="old",
    offline="off",
    running="~",
    ticked="[x]",
    unticked="[ ]",
    warning="!",
    brought="<",
    separator="|",
    dash="-",
    arrow="->",
    ellipsis="~",
    rule="-",
    heavy="=",
    half=">",
    bar="|",
    heavy_bar="#",
    top_left="+",
    top_right="+",
    bottom_left="+",
    bottom_right="+",
    dot=".",
)

"""Every sign that the app draws, with a twin in ASCII."""

from __future__ import annotations

from typing import NamedTuple


class Glyphs(NamedTuple):
    """The signs by name; each is one cell wide in both tables, except the ramps `eighths` and `spark`."""

    watching: str = "▸"
    completed: str = "✓"
    planned: str = "◇"
    on_hold: str = "‖"
    dropped: str = "×"
    favorite: str = "★"
    selected: str = "•"
    cursor: str = "▌"
    pointer: str = "▸"
    up: str = "▲"
    down: str = "▼"
    same: str = "="
    ok: str = "●"
    stale: str = "◐"
    offline: str = "○"
    running: str = "◌"
    warning: str = "!"
    separator: str = "·"
    dash: str = "–"
    arrow: str = "→"
    ellipsis: str = "…"
    rule: str = "─"
    heavy: str = "━"
    bar: str = "│"
    full: str = "▰"
    empty: str = "▱"
    block: str = "█"
    shade: str = "░"
    dot: str = "·"
    eighths: str = " ▏▎▍▌▋▊▉█"
    spark: str = "▁▂▃▄▅▆▇█"

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
    on_hold="=",
    dropped="x",
    favorite="*",
    selected="*",
    cursor="|",
    pointer=">",
    up="^",
    down="v",
    same="=",
    ok="*",
    stale="~",
    offline="-",
    running="~",
    warning="!",
    separator="|",
    dash="-",
    arrow=">",
    ellipsis="~",
    rule="-",
    heavy="=",
    bar="|",
    full="#",
    empty="-",
    block="#",
    shade="-",
    dot=".",
    eighths="    ####" + "#",
    spark="_.-=+*#@",
)

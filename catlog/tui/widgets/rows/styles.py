"""The styles of a list: the state of a line gives the background, the style of a piece the colour of its letters."""

from __future__ import annotations

from rich.style import Style
from textual.color import Color
from textual.widget import Widget

TONES = (
    "bright",
    "dim",
    "line",
    "rest",
    "accent",
    "chart",
    "favorite",
    "up",
    "down",
    "watching",
    "completed",
    "planned",
    "on-hold",
    "dropped",
)
STYLES = ("strong", "title", "match", *TONES)
"""The styles of a piece; "" is plain text.

Under the cursor of a focused list a `title` is bold and bright, and a `match`, a part that was searched for, bold.
"""

PREFIX = "rows--"
GROUND, CURSOR, SELECTED, HEADING, RULE = "row", "cursor", "selected", "heading", "rule"
POINTER, TITLE, _CHOSEN = "pointer", "title", "chosen"
"""The styles of the sign of the cursor and of titles; `chosen` is the title under the cursor."""
_MATCH, _CHOSEN_MATCH = "match", "chosen-match"
_UNDER_CURSOR = {TITLE: _CHOSEN, _MATCH: _CHOSEN_MATCH}
STATES = (GROUND, CURSOR, SELECTED, HEADING, RULE)
CLASSES = frozenset(PREFIX + name for name in (*STATES, *STYLES, POINTER, _CHOSEN, _CHOSEN_MATCH))
"""The component classes, for `COMPONENT_CLASSES`."""

CSS = "\n".join(f"& > .{PREFIX}{tone} {{ color: ${tone}; }}" for tone in TONES)
"""The rules that give the tones the colours of the theme."""


class RowStyles:
    """Cached styles by state and piece. Equal pieces share one object and so become one segment."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._styles: dict[tuple[str, str], Style] = {}

    def clear(self) -> None:
        """Drop all styles, after a change of the theme or of the widget's state."""
        self._styles.clear()

    def style(self, state: str, name: str = "") -> Style:
        """Return the style of a piece on a line. Raises KeyError when no component class has this name."""
        found = self._styles.get((state, name))
        if found is None:
            found = self._styles[state, name] = self._mixed(state, name)
        return found

    def _mixed(self, state: str, name: str) -> Style:
        ground = self._widget.get_component_rich_style(PREFIX + state)
        if not name:
            return ground
        name = _UNDER_CURSOR.get(name, name) if state == CURSOR else name
        known = name in STYLES or name in (POINTER, *_UNDER_CURSOR.values())
        own = self._widget.get_component_styles(PREFIX + name if known else name)
        mixed = ground + own.text_style
        if not own.has_rule("color") or own.color.a == 0:
            return mixed
        under = Color.from_rich_color(ground.bgcolor) if ground.bgcolor else own.color
        return mixed + Style.from_color((under + own.color if own.color.a < 1 else own.color).rich_color)

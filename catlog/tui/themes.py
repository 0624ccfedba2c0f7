"""The themes: roles of colours, and the palettes that fill them.

A widget names a role, never a colour: `$bright` (numbers that matter, keys, the title under the cursor), `$foreground`
(titles and words), `$dim` (labels, units, dates), `$line` (borders and rules), `$rest` (what a bar has left), `$raised`
(the row under the cursor, chips), `$accent` (where the user is), one hue for each status, `$favorite`, `$up`, `$down`,
`$chart` (sparklines, histories, counted lines) and `$heat-0` to `$heat-4` (days of a calendar).

Own palettes reach a contrast (WCAG 2) of 7 for text and 4.5 for dim, accent, statuses and charts, `$dim` also on
`$raised`; status hues differ in lightness as well, so that they stay apart for colour-blind people. A test computes it.
Textual's themes lend background, foreground and accent; their statuses come from the own palette of the same lightness.
"""

from __future__ import annotations

from collections.abc import Mapping

from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from catlog.charts.palettes import PALETTES

ROLES = (
    "bright",
    "dim",
    "line",
    "rest",
    "raised",
    "watching",
    "completed",
    "planned",
    "on-hold",
    "dropped",
    "favorite",
    "up",
    "down",
    "chart",
    "heat-0",
    "heat-1",
    "heat-2",
    "heat-3",
    "heat-4",
)
"""The colours that every theme adds to Textual's own."""

MONO = "mono"
"""The theme of terminals without colour."""

_FLOOR = 4.5


def _theme(name: str, palette: Mapping[str, str], *, dark: bool) -> Theme:
    accent, background = palette["accent"], palette["background"]
    return Theme(
        name=name,
        primary=accent,
        accent=accent,
        secondary=palette["chart"],
        success=palette["completed"],
        warning=palette["on-hold"],
        error=palette["dropped"],
        background=background,
        foreground=palette["foreground"],
        surface=background,
        panel=palette["raised"],
        dark=dark,
        variables={
            **{role: palette[role] for role in ROLES},
            "block-cursor-text-style": "none",
            "input-selection-background": f"{accent} 35%",
        },
    )


def _borrowed(name: str) -> Theme:
    """Return a theme of Textual with our roles filled."""
    theme = BUILTIN_THEMES[name]
    own = PALETTES["dark" if theme.dark else "light"]
    background = Color.parse(theme.background or own["background"])
    foreground = Color.parse(theme.foreground or own["foreground"])
    bright = Color.parse(own["bright"])
    accent = _legible(Color.parse(theme.accent or own["accent"]), background, bright)
    mixed = {
        "background": background,
        "foreground": foreground,
        "bright": bright,
        "raised": background.blend(foreground, 0.08),
        "line": background.blend(foreground, 0.24),
        "rest": background.blend(foreground, 0.28),
        "dim": _legible(background.blend(foreground, 0.6), background.blend(foreground, 0.08), bright),
        "accent": accent,
        "heat-0": background.blend(foreground, 0.1),
        **{f"heat-{step}": background.blend(accent, step / 4) for step in range(1, 5)},
    }
    hues = {role: _legible(Color.parse(own[role]), background, bright) for role in ROLES if role not in mixed}
    return _theme(name, {role: color.hex for role, color in {**hues, **mixed}.items()}, dark=theme.dark)


def _legible(color: Color, background: Color, bright: Color) -> Color:
    """Return a colour moved towards the brightest one until it has the contrast that small text needs."""
    for step in range(21):
        moved = color.blend(bright, step / 20)
        if contrast(moved, background) >= _FLOOR:
            return moved
    return bright


def contrast(one: Color, other: Color) -> float:
    """Return the contrast of two colours by WCAG 2.2, from 1 to 21."""
    light, deep = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (deep + 0.05)


def _luminance(color: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mono() -> Theme:
    """Return the theme without colour: a filter removes colours, and `App:nocolor` rules mark states otherwise."""
    plain = dict.fromkeys((*ROLES, "ansi-background", "ansi-foreground"), "ansi_default")
    return Theme(
        name=MONO,
        primary="ansi_default",
        secondary="ansi_default",
        accent="ansi_default",
        success="ansi_default",
        warning="ansi_default",
        error="ansi_default",
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        ansi=True,
        variables={**plain, "block-cursor-text-style": "reverse", "input-cursor-text-style": "reverse"},
    )


def own_themes() -> tuple[Theme, ...]:
    """Return our own themes, in the order of `catlog.config.OWN_THEMES`."""
    return (*(_theme(name, palette, dark=name != "light") for name, palette in PALETTES.items()), _mono())


def theme_named(name: str) -> Theme:
    """Return a theme of `catlog.config.THEMES`."""
    if name == MONO:
        return _mono()
    return _theme(name, PALETTES[name], dark=name != "light") if name in PALETTES else _borrowed(name)

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

PALETTES: dict[str, dict[str, str]] = {
    "dark": {
        "background": "#14151a",
        "raised": "#20222a",
        "line": "#3a3d49",
        "rest": "#3f4350",
        "dim": "#9297a6",
        "foreground": "#d5d8e0",
        "bright": "#ffffff",
        "accent": "#f2ab5c",
        "watching": "#3d99f0",
        "completed": "#3fdcae",
        "planned": "#f0b9ee",
        "on-hold": "#f2cb34",
        "dropped": "#f0583c",
        "favorite": "#ff8fab",
        "up": "#3fdcae",
        "down": "#f0583c",
        "chart": "#8fb6dc",
        "heat-0": "#262932",
        "heat-1": "#4b3b2c",
        "heat-2": "#7a5a38",
        "heat-3": "#b6834a",
        "heat-4": "#f2ab5c",
    },
    "light": {
        "background": "#fbfaf7",
        "raised": "#efece4",
        "line": "#cbc7bc",
        "rest": "#d3cfc4",
        "dim": "#66635c",
        "foreground": "#26252a",
        "bright": "#000000",
        "accent": "#a34e00",
        "watching": "#103a70",
        "completed": "#0a7a68",
        "planned": "#c400bd",
        "on-hold": "#876300",
        "dropped": "#7c1a12",
        "favorite": "#b3205e",
        "up": "#0a7a68",
        "down": "#7c1a12",
        "chart": "#2f6690",
        "heat-0": "#e9e6dd",
        "heat-1": "#f0cfa4",
        "heat-2": "#dfa25c",
        "heat-3": "#c57822",
        "heat-4": "#94480a",
    },
    "contrast": {
        "background": "#000000",
        "raised": "#1c1c1c",
        "line": "#8a8a8a",
        "rest": "#6a6a6a",
        "dim": "#c6c6c6",
        "foreground": "#ffffff",
        "bright": "#ffffff",
        "accent": "#ffd75f",
        "watching": "#3fa2f6",
        "completed": "#2dfccb",
        "planned": "#f9d1ff",
        "on-hold": "#ffe51a",
        "dropped": "#f57a45",
        "favorite": "#ffafd7",
        "up": "#2dfccb",
        "down": "#f57a45",
        "chart": "#afd7ff",
        "heat-0": "#303030",
        "heat-1": "#6c5a1e",
        "heat-2": "#9c8428",
        "heat-3": "#d0b03c",
        "heat-4": "#ffd75f",
    },
    "safe": {
        "background": "#101114",
        "raised": "#1d1f25",
        "line": "#3a3d46",
        "rest": "#41444e",
        "dim": "#9a9da6",
        "foreground": "#dcdee3",
        "bright": "#ffffff",
        "accent": "#e8a33d",
        "watching": "#2a8fc0",
        "completed": "#4fecbf",
        "planned": "#edc2ff",
        "on-hold": "#ffc21c",
        "dropped": "#ec4a3c",
        "favorite": "#ff9dbb",
        "up": "#56b4e9",
        "down": "#f2763f",
        "chart": "#9cc3e0",
        "heat-0": "#24262c",
        "heat-1": "#463f2c",
        "heat-2": "#7d6733",
        "heat-3": "#b98a34",
        "heat-4": "#f0a92e",
    },
}
"""The colours of the own themes, by role."""

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

"""The themes: one accent each, and one hue for each status everywhere.

Styles name the colours `$watching`, `$completed`, `$planned`, `$on-hold`, `$dropped`, `$dim`, `$bar`, `$mark`, `$heat`,
`$up` and `$down`, and Textual's own (`$accent`, `$foreground`, ...).
"""

from __future__ import annotations

from collections.abc import Mapping

from textual.theme import Theme

TONES = ("watching", "completed", "planned", "on-hold", "dropped", "dim", "bar", "mark", "heat", "up", "down")
"""The colours that every theme adds to Textual's own."""

MONO = "mono"
"""The theme of terminals without colour."""

_DARK = {
    "watching": "#5fafd7",
    "completed": "#00af87",
    "planned": "#d787af",
    "on-hold": "#d7af00",
    "dropped": "#d75f5f",
    "dim": "#8a8a8a",
    "bar": "#87afd7",
    "mark": "#d7875f",
    "heat": "#5faf87",
    "up": "#5faf87",
    "down": "#d75f5f",
}

# The same hues, deep enough to be read on white.
_LIGHT = {
    "watching": "#00679a",
    "completed": "#00704f",
    "planned": "#a0356f",
    "on-hold": "#7a5c00",
    "dropped": "#b02a2a",
    "dim": "#626262",
    "bar": "#33658f",
    "mark": "#9a4a1d",
    "heat": "#1f7a50",
    "up": "#1f7a50",
    "down": "#b02a2a",
}

# Okabe and Ito's colours, which keep apart for the common kinds of colour blindness.
_SAFE = {
    "watching": "#56b4e9",
    "completed": "#009e73",
    "planned": "#cc79a7",
    "on-hold": "#f0e442",
    "dropped": "#d55e00",
    "dim": "#9a9a9a",
    "bar": "#56b4e9",
    "mark": "#e69f00",
    "heat": "#009e73",
    "up": "#56b4e9",
    "down": "#e69f00",
}


def _theme(name: str, tones: Mapping[str, str], accent: str, background: str, foreground: str, *, dark: bool) -> Theme:
    return Theme(
        name=name,
        primary=accent,
        accent=accent,
        secondary=tones["bar"],
        success=tones["completed"],
        warning=tones["on-hold"],
        error=tones["dropped"],
        background=background,
        foreground=foreground,
        surface=background,
        panel="#24242b" if dark else "#ececea",
        dark=dark,
        variables={**tones, "block-cursor-text-style": "none", "input-selection-background": f"{accent} 35%"},
    )


def _mono() -> Theme:
    """Return the theme without colour: a filter removes colours, and `App:nocolor` rules mark states otherwise."""
    plain = dict.fromkeys((*TONES, "ansi-background", "ansi-foreground"), "ansi_default")
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


def themes() -> tuple[Theme, ...]:
    """Return all themes, in the order of `catlog.config.THEMES`."""
    return (
        _theme("dark", _DARK, "#e0a458", "#16161a", "#dcdcdc", dark=True),
        _theme("light", _LIGHT, "#a85a00", "#fbfbf8", "#26262a", dark=False),
        _theme("safe", _SAFE, "#e69f00", "#000000", "#f2f2f2", dark=True),
        _mono(),
    )

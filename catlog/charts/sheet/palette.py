"""The colours of a sheet by role, dark and light: those of the app's own themes, which a test compares."""

from __future__ import annotations

from collections.abc import Mapping

from catlog.charts.picture import STATUS_TONES
from catlog.library.entries import Status

DARK: Mapping[str, str] = {
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
    "chart": "#8fb6dc",
    "heat-0": "#262932",
    "heat-1": "#4b3b2c",
    "heat-2": "#7a5a38",
    "heat-3": "#b6834a",
    "heat-4": "#f2ab5c",
}

LIGHT: Mapping[str, str] = {
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
    "chart": "#2f6690",
    "heat-0": "#e9e6dd",
    "heat-1": "#f0cfa4",
    "heat-2": "#dfa25c",
    "heat-3": "#c57822",
    "heat-4": "#94480a",
}

STATUS_ROLES: Mapping[Status, str] = {status: tone.value.replace(" ", "-") for status, tone in STATUS_TONES.items()}
"""The role of each status."""

FONTS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK JP", sans-serif'
"""The fonts of a viewer, best first: none is embedded, none is fetched."""


def css_variables() -> str:
    """Return the rules that give the roles their colours, dark unless the viewer asks for light."""
    dark, light = (";".join(f"--{role}:{color}" for role, color in palette.items()) for palette in (DARK, LIGHT))
    return f":root{{color-scheme:dark light;{dark}}}@media(prefers-color-scheme:light){{:root{{{light}}}}}"

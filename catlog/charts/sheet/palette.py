"""The colours of a sheet by role, dark and light, and its fonts."""

from __future__ import annotations

from collections.abc import Mapping

from catlog.charts.palettes import PALETTES
from catlog.charts.picture import STATUS_TONES
from catlog.library.entries import Status

DARK, LIGHT = PALETTES["dark"], PALETTES["light"]

STATUS_ROLES: Mapping[Status, str] = {status: tone.value.replace(" ", "-") for status, tone in STATUS_TONES.items()}
"""The role of each status."""

FONTS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK JP", sans-serif'
"""The fonts of a viewer, best first: none is embedded, none is fetched."""


def css_variables() -> str:
    """Return the rules that give the roles their colours, dark unless the viewer asks for light."""
    dark, light = (";".join(f"--{role}:{color}" for role, color in palette.items()) for palette in (DARK, LIGHT))
    return f":root{{color-scheme:dark light;{dark}}}@media(prefers-color-scheme:light){{:root{{{light}}}}}"

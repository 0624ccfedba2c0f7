"""A cache of background styles that holds no widget."""

from __future__ import annotations

from functools import lru_cache

from textual._styles_cache import StylesCache
from textual.color import Color
from textual.style import Style


def cache_styles_by_color() -> None:
    """Replace Textual's cache by one with the colours alone as its key; calling it again changes nothing.

    Textual's key includes the widget's `StylesCache`, in one cache of the process: the last 1,024 widgets, closed
    ones too, keep their lines in every form they were painted in.
    """
    StylesCache.get_inner_outer = _inner_outer  # type: ignore[assignment,method-assign]  # in place of Textual's own


def _inner_outer(_cache: StylesCache, base_background: Color, background: Color) -> tuple[Style, Style]:
    return _styles(base_background, background)


@lru_cache(1024)
def _styles(base_background: Color, background: Color) -> tuple[Style, Style]:
    return Style(background=base_background + background), Style(background=base_background)

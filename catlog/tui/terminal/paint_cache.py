"""What Textual caches about painting widgets, held so that it keeps no widget's lines once the widget is gone."""

from __future__ import annotations

from functools import lru_cache

from textual._styles_cache import StylesCache
from textual.color import Color
from textual.style import Style


def let_widgets_go() -> None:
    """Cache the styles of a background by its colours alone; calling it again changes nothing.

    Textual caches them by the `StylesCache` of the widget as well, for all widgets in one cache of the process: the
    last 1,024 widgets that were painted, closed ones among them, keep their lines in every form they were painted in.
    """
    StylesCache.get_inner_outer = _inner_outer  # type: ignore[assignment,method-assign]  # in place of Textual's own


def _inner_outer(_cache: StylesCache, base_background: Color, background: Color) -> tuple[Style, Style]:
    return _styles(base_background, background)


@lru_cache(1024)
def _styles(base_background: Color, background: Color) -> tuple[Style, Style]:
    return Style(background=base_background + background), Style(background=base_background)

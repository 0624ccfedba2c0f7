"""Caches of what is painted: background styles without the widget they are of, and strips that create theirs on use."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from rich.segment import Segment
from textual._styles_cache import StylesCache
from textual.cache import FIFOCache
from textual.color import Color
from textual.strip import Strip
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


def create_strip_caches_on_use() -> None:
    """Let a strip create each of its caches when it is used first; calling it again changes nothing.

    Textual gives every strip seven caches, of which most strips use two: a seventh of the cost of an arrow key, and
    4 MB of an app that has shown two screens.
    """
    if Strip.__init__ is _begin_strip:
        return
    sample, caches = Strip([]), {}
    for name in Strip.__slots__:
        value = getattr(sample, name)
        if isinstance(value, FIFOCache):
            caches[name] = _CacheOnUse(Strip.__dict__[name], value._maxsize)
        elif value is not None and name != "_segments":
            return  # another version of Textual, whose strips begin in another way
    for name, cache in caches.items():
        setattr(Strip, name, cache)
    Strip.__init__ = _begin_strip  # type: ignore[method-assign]  # in place of Textual's own


class _CacheOnUse:
    """A slot of a strip with a cache of at most `size` values."""

    def __init__(self, slot: Any, size: int) -> None:  # noqa: ANN401 - a member descriptor has no public type
        self._slot = slot
        self._size = size

    def __get__(self, strip: Strip, kind: type[Strip]) -> FIFOCache[Any, Any]:
        try:
            cache: FIFOCache[Any, Any] = self._slot.__get__(strip, kind)
        except AttributeError:
            cache = FIFOCache(self._size)
            self._slot.__set__(strip, cache)
        return cache


def _begin_strip(self: Strip, segments: Iterable[Segment], cell_length: int | None = None) -> None:
    self._segments = list(segments)
    self._cell_length = cell_length
    self._render_cache = self._link_ids = self._cell_count = None

"""A cover of a fixed size: its room is kept from the first frame, and the title's initials stand in it without one."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from math import cos, radians, sin
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color, Lab, lab_to_rgb, rgb_to_lab
from textual.strip import Strip
from textual.widget import Widget

from catlog.tui.widgets.poster_image import HalfBlock, cover_cells

log = logging.getLogger(__name__)

FindCover = Callable[[str, threading.Event], "bytes | None"]
"""Returns the image of an address, in a thread; the event is set when it is no longer needed."""

CACHED_COVERS = 64
"""Covers of the last titles that stay in memory as cells, some 10 KB each."""

_SETTLE_SECONDS = 0.15
"""Seconds before a cover is loaded: a held key loads none of the titles it passes."""

_CHROMA = 28.0
"""How far the colour of a placeholder is from grey, in CIELAB."""

_GOLDEN_ANGLE = 137.508
"""Degrees between the hues of neighbouring ids, which are often shown side by side."""


class CoverSize(NamedTuple):
    """The cells of a cover."""

    width: int
    height: int


PAGE = CoverSize(28, 20)
PANEL = CoverSize(20, 14)
NARROW = CoverSize(18, 13)
BESIDE = CoverSize(16, 11)
STRIP = CoverSize(11, 8)
ITEM = CoverSize(9, 6)
ROW = CoverSize(5, 3)

_Cells = list[list[HalfBlock]]
_Key = tuple[str, CoverSize]


class _Memory:
    """Covers as cells, the least recently used ones evicted; None is a file that is no picture."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[_Key, _Cells | None] = OrderedDict()

    def __contains__(self, key: _Key) -> bool:
        return key in self._kept

    def get(self, key: _Key) -> _Cells | None:
        self._kept.move_to_end(key)
        return self._kept[key]

    def put(self, key: _Key, cells: _Cells | None) -> None:
        self._kept[key] = cells
        self._kept.move_to_end(key)
        if len(self._kept) > self._limit:
            self._kept.popitem(last=False)


_memory = _Memory(CACHED_COVERS)
"""Read and written by the thread that draws alone."""


class Cover(Widget):
    """Shows the cover of the title last given to `show`; without colour and in ASCII its initials alone."""

    DEFAULT_CSS: ClassVar[str] = """
    Cover { width: auto; height: auto; color: $foreground; }
    """

    def __init__(
        self,
        size: CoverSize,
        *,
        mode: str = "half-block",
        ascii: bool = False,
        color: bool = True,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """`mode` is the setting `posters`: with "off" there is neither a cover nor its room."""
        super().__init__(id=id, classes=classes, markup=False)
        self._cells_size = size
        self._ascii = ascii
        self._color = color
        self._is_on = mode != "off"
        self._mal_id = 0
        self._title = ""
        self._url: str | None = None
        self._cells: _Cells | None = None
        self._drawn: list[Strip] = []
        self._plain: Style | None = None
        self._cancelled = threading.Event()
        self.styles.width, self.styles.height = size
        self.display = self._is_on

    @property
    def is_shown(self) -> bool:
        """Whether there is a picture on the screen, not a placeholder."""
        return self._cells is not None

    def show(self, mal_id: int, title: str, url: str | None, find: FindCover) -> None:
        """Show another title: its initials at once, and its cover as soon as it is loaded."""
        self._cancelled.set()
        self._cancelled = threading.Event()
        self._mal_id, self._title, self._url = mal_id, title, url
        self._set(None)
        if not (url and self._is_on and self._color) or self._ascii:
            return
        key = (url, self._cells_size)
        if key in _memory:
            self._set(_memory.get(key))
        else:
            self.run_worker(self._load(key, find, self._cancelled), exclusive=True, group="cover")

    @property
    def mal_id(self) -> int:
        """The title whose cover is shown, 0 for none."""
        return self._mal_id

    @property
    def url(self) -> str | None:
        """The address of the cover last shown, None for none."""
        return self._url

    @property
    def cells(self) -> CoverSize:
        """The room of the cover."""
        return self._cells_size

    def fit(self, size: CoverSize) -> None:
        """Take another room, empty until the next `show`."""
        if size != self._cells_size:
            self._cells_size = size
            self.styles.width, self.styles.height = size
            self.clear()

    def clear(self) -> None:
        """Show nothing; the room stays."""
        self._cancelled.set()
        self._mal_id, self._title, self._url = 0, "", None
        self._set(None)

    def on_unmount(self) -> None:
        """Cancel a running load."""
        self._cancelled.set()

    def render_line(self, y: int) -> Strip:
        """Return one line of the cover or its placeholder."""
        if not self._mal_id:
            return Strip.blank(self.content_size.width, self._plain_style)
        if not self._drawn:
            cells = None if self.app.no_color else self._cells
            self._drawn = self._pieces() if cells is None else [_strip(row) for row in cells]
        width, plain = self.content_size.width, self._plain_style
        if y >= len(self._drawn):
            return Strip.blank(width, plain)
        return self._drawn[y].adjust_cell_length(width, plain)

    def notify_style_update(self) -> None:
        """Drop what was drawn in the old colours."""
        self._drawn, self._plain = [], None
        super().notify_style_update()

    @property
    def _plain_style(self) -> Style:
        if self._plain is None:
            self._plain = self.rich_style  # computed from all ancestors, once for each line drawn
        return self._plain

    async def _load(self, key: _Key, find: FindCover, unwanted: threading.Event) -> None:
        await asyncio.sleep(_SETTLE_SECONDS)
        data = await asyncio.to_thread(find, key[0], unwanted)
        if data is None or unwanted.is_set():
            return
        cells = await asyncio.to_thread(cover_cells, data, *key[1])
        if cells is None and key not in _memory:
            log.info("the cover of %d is no picture of a usual size", self._mal_id)
        _memory.put(key, cells)
        if not unwanted.is_set():
            self._set(cells)

    def _set(self, cells: _Cells | None) -> None:
        self._cells = cells
        self._drawn = []
        self.refresh()

    def _pieces(self) -> list[Strip]:
        style = self._plain_style
        if self._color and not self.app.no_color:
            style += Style(color=text_hue(self._mal_id, self.colors[3]).rich_color)
        return [Strip([Segment(line, style)]) for line in framed(self._title, self._cells_size, ascii=self._ascii)]


def text_hue(mal_id: int, text: Color) -> Color:
    """Return the colour of a title's placeholder: a hue of its own, as light as `text`."""
    hue = radians(mal_id * _GOLDEN_ANGLE % 360)
    light = rgb_to_lab(text).L
    return lab_to_rgb(Lab(light, _CHROMA * cos(hue), _CHROMA * sin(hue))).clamped


def initials(title: str, *, ascii: bool = False) -> str:
    """Return the first letters of the first two words; of a wide script the first alone."""
    words = "".join(letter if letter.isalnum() and (letter.isascii() or not ascii) else " " for letter in title).split()
    letters = [word[0].upper()[0] for word in words[:2]]
    if not letters:
        return "?"
    return letters[0] if cell_len(letters[0]) > 1 else "".join(one for one in letters if cell_len(one) == 1)


def framed(title: str, size: CoverSize, *, ascii: bool = False) -> list[str]:
    """Return the lines of a placeholder: the initials of a title in a frame of this size."""
    corners, across, down = ("++++", "-", "|") if ascii else ("╭╮╰╯", "─", "│")
    inner, rows = size.width - 2, size.height - 2
    letters = initials(title, ascii=ascii)
    left = (inner - cell_len(letters)) // 2
    middle = " " * left + letters + " " * (inner - left - cell_len(letters))
    lines = [middle if row == (rows - 1) // 2 else " " * inner for row in range(rows)]
    top, bottom = corners[0] + across * inner + corners[1], corners[2] + across * inner + corners[3]
    return [top, *(down + line + down for line in lines), bottom]


def _strip(row: list[HalfBlock]) -> Strip:
    return Strip([Segment("▀", Style(color=_rich_color(up), bgcolor=_rich_color(low))) for up, low in row])


@lru_cache(maxsize=4096)
def _rich_color(rgb: tuple[int, int, int]) -> RichColor:
    return RichColor.from_rgb(*rgb)


class CoverLines:
    """Covers of one size for a widget that draws them in its own lines: loaded in the background, one by one.

    `find` returns images, in a thread; `loaded` is called with the MAL id of a title whose cover has come.
    """

    def __init__(
        self,
        owner: Widget,
        size: CoverSize,
        find: FindCover,
        loaded: Callable[[int], None],
        *,
        ascii: bool,
        color: bool,
    ) -> None:
        self.size = size
        self._owner = owner
        self._find = find
        self._loaded = loaded
        self._ascii = ascii
        self._has_pictures = not ascii
        self._color = color
        self._drawn: dict[int, list[Strip]] = {}
        self._waiting: dict[str, int] = {}
        self._is_loading = False
        self._cancelled = threading.Event()

    def line(self, mal_id: int, title: str, url: str | None, y: int) -> Strip:
        """Return a line of a title's cover: of its initials until the cover is there."""
        strips = self._drawn.get(mal_id)
        if strips is None:
            if len(self._drawn) >= CACHED_COVERS:
                self._drawn.clear()
            strips = self._drawn[mal_id] = self._draw(mal_id, title, url)
        return strips[y]

    def clear(self) -> None:
        """Drop what was drawn in the old colours."""
        self._drawn.clear()

    def cancel(self) -> None:
        """Load no more."""
        self._cancelled.set()

    def _draw(self, mal_id: int, title: str, url: str | None) -> list[Strip]:
        has_color = self._color and not self._owner.app.no_color
        if url and has_color and self._has_pictures:
            key = (url, self.size)
            if key in _memory and (cells := _memory.get(key)) is not None:
                return [_strip(row) for row in cells]
            if key not in _memory:
                self._waiting[url] = mal_id
                if not self._is_loading:
                    self._is_loading = True
                    self._owner.run_worker(self._load(), group="covers")
        style = self._owner.rich_style
        if has_color:
            style += Style(color=text_hue(mal_id, self._owner.colors[3]).rich_color)
        return [Strip([Segment(line, style)]) for line in framed(title, self.size, ascii=self._ascii)]

    async def _load(self) -> None:
        await asyncio.sleep(_SETTLE_SECONDS)
        while self._waiting and not self._cancelled.is_set():
            url, mal_id = next(iter(self._waiting.items()))
            del self._waiting[url]
            data = await asyncio.to_thread(self._find, url, self._cancelled)
            if data is None or self._cancelled.is_set():
                continue
            _memory.put((url, self.size), await asyncio.to_thread(cover_cells, data, *self.size))
            self._drawn.pop(mal_id, None)
            self._loaded(mal_id)
        self._is_loading = False

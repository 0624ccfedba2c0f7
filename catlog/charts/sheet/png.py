"""A sheet as a PNG file, drawn by Pillow with the one font that it brings.

The font has Latin letters and no others. A character without a letter in it is written as similar ones of ASCII, or a
question mark; `Drawn.missing` counts them, so that the one who asked is told.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from catlog.charts.sheet.palette import DARK
from catlog.charts.sheet.shapes import Box, Dot, Sheet, Stroke, Words
from catlog.text import clean, in_ascii

_SCALE = 2
"""Pixels of the file for each one of the sheet."""

_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}
_PROBE = 24
_NO_LETTER = "\U0010fffd"
_DASH, _GAP = 3, 3


@dataclass(frozen=True, slots=True)
class Drawn:
    """The bytes of the file, and the characters that the font lacks."""

    content: bytes
    missing: frozenset[str]


def png(sheet: Sheet) -> Drawn:
    """Return the picture, in the colours of the dark theme."""
    size = round(sheet.width * _SCALE), round(sheet.height * _SCALE)
    image = Image.new("RGB", size, DARK["background"])
    pen = ImageDraw.Draw(image)
    missing: set[str] = set()
    for shape in sheet.shapes:
        color = DARK[shape.role]
        if isinstance(shape, Box):
            corners = _scaled(shape.x, shape.y, shape.x + shape.width, shape.y + shape.height)
            if corners[2] > corners[0] and corners[3] > corners[1]:
                fill, outline = (None, color) if shape.line else (color, None)
                pen.rounded_rectangle(corners, shape.radius * _SCALE, fill=fill, outline=outline, width=_SCALE)
        elif isinstance(shape, Stroke):
            _line(pen, shape, color)
        elif isinstance(shape, Dot):
            reach = shape.radius
            pen.ellipse(_scaled(shape.x - reach, shape.y - reach, shape.x + reach, shape.y + reach), fill=color)
        else:
            missing |= _write(pen, shape, color)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return Drawn(out.getvalue(), frozenset(missing))


def _line(pen: ImageDraw.ImageDraw, shape: Stroke, color: str) -> None:
    points = [(x * _SCALE, y * _SCALE) for x, y in shape.points]
    width = max(round(shape.width * _SCALE), 1)
    if not shape.dashed:
        pen.line(points, fill=color, width=width, joint="curve")
        return
    (x, top), (_, bottom) = points[0], points[-1]
    at = top
    while at < bottom:
        pen.line([(x, at), (x, min(at + _DASH * _SCALE, bottom))], fill=color, width=width)
        at += (_DASH + _GAP) * _SCALE


def _write(pen: ImageDraw.ImageDraw, shape: Words, color: str) -> set[str]:
    text = clean(shape.text)
    missing = {char for char in set(text) if not _has_letter(char)}
    text = "".join(in_ascii(char) if char in missing else char for char in text)
    font = _font(round(shape.size * _SCALE))
    at = shape.x * _SCALE, shape.y * _SCALE
    for offset in (0, 1) if shape.bold else (0,):  # the font has one weight
        pen.text((at[0] + offset, at[1]), text, fill=color, font=font, anchor=_ANCHORS[shape.anchor])
    return missing


def _scaled(*numbers: float) -> tuple[float, ...]:
    return tuple(number * _SCALE for number in numbers)


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


@lru_cache(maxsize=4096)
def _has_letter(char: str) -> bool:
    font = _font(_PROBE)
    return char == " " or bytes(font.getmask(char)) != bytes(font.getmask(_NO_LETTER))

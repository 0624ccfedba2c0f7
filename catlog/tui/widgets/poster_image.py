"""Images of unknown origin as rows of characters: decoded by Pillow with limits."""

from __future__ import annotations

import io
import warnings
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from PIL.Image import Image

PIXEL_LIMIT = 6_000_000
"""Largest number of pixels that is decoded; covers have some 300,000."""

BYTES_LIMIT = 10_000_000
"""Largest file that is decoded."""

SHADES = " ░▒▓█"
LETTERS = " .:-=+*#%@"
"""From dark to light: without colour, and in ASCII."""

_MAX_SIZE = (360, 540)
"""Pixels that a cover is scaled down to: more than any place in the app shows."""

Rgb = tuple[int, int, int]


class HalfBlock(NamedTuple):
    """A cell: its upper and its lower pixel."""

    upper: Rgb
    lower: Rgb


def decoded(data: bytes) -> Image | None:
    """Return an image, scaled down; None for a broken or too large one, or a format other than JPEG, PNG and WebP."""
    if len(data) > BYTES_LIMIT:
        return None
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP"))
            if image.width * image.height > PIXEL_LIMIT:
                return None
            image.draft("RGB", _MAX_SIZE)
            image.thumbnail(_MAX_SIZE)
            return image.convert("RGB")
    except Exception:
        # Pillow's decoders raise whatever their C libraries and struct raise; none of it is worth more than no poster.
        return None


def fitted_size(image: Image, width: int, height: int | None) -> tuple[int, int]:
    """Return the cells, across and down, that an image fills without distortion; a cell is twice as high as wide."""
    rows = ceil(width * image.height / image.width / 2)
    if height is None or rows <= height:
        return width, max(rows, 1)
    return max(min(width, round(2 * height * image.width / image.height)), 1), height


def half_blocks(image: Image, width: int, height: int) -> list[list[HalfBlock]]:
    """Return the cells of an image of exactly this size."""
    pixels = _pixels(image.resize((width, 2 * height), _smooth()))
    return [
        [HalfBlock(pixels[2 * row * width + column], pixels[(2 * row + 1) * width + column]) for column in range(width)]
        for row in range(height)
    ]


def cover_cells(data: bytes, width: int, height: int) -> list[list[HalfBlock]] | None:
    """Return the cells of a cover that fills this size, cut around its upper third; None for a bad image."""
    image = decoded(data)
    if image is None:
        return None
    from PIL import ImageOps

    return half_blocks(ImageOps.fit(image, (width, 2 * height), centering=(0.5, 1 / 3)), width, height)


def shaded(image: Image, width: int, height: int, ramp: str) -> list[str]:
    """Return an image in characters, the first of `ramp` where it is darkest."""
    from PIL import ImageOps

    grey = ImageOps.autocontrast(image.convert("L").resize((width, height), _smooth()))
    values = grey.tobytes()
    return [
        "".join(ramp[value * len(ramp) // 256] for value in values[row * width : (row + 1) * width])
        for row in range(height)
    ]


def _pixels(image: Image) -> list[Rgb]:
    data = image.tobytes()
    return list(zip(data[0::3], data[1::3], data[2::3], strict=True))


def _smooth() -> int:
    from PIL.Image import Resampling

    return Resampling.LANCZOS

"""Covers drawn from an id alone, for simulated libraries: landscapes of a few shapes, nobody's artwork.

The address of such a cover is `drawn:ID`. The same id is the same picture on every machine.
"""

from __future__ import annotations

from colorsys import hsv_to_rgb
from io import BytesIO
from math import pi, sin
from random import Random
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

SCHEME = "drawn:"

WIDTH, HEIGHT = 240, 340
"""Pixels of a cover."""

_GOLDEN_RATIO = 0.618034
"""The distance between the hues of neighbouring ids, in turns."""

_Rgb = tuple[int, int, int]


class _Palette(NamedTuple):
    """The colours of one cover, from the sky at the top to what stands in front."""

    zenith: _Rgb
    horizon: _Rgb
    light: _Rgb
    far: _Rgb
    near: _Rgb
    front: _Rgb


def address(mal_id: int) -> str:
    """Return the address of a title's drawn cover."""
    return f"{SCHEME}{mal_id}"


def draw(url: str) -> bytes:
    """Return the PNG of an address. Raises ValueError where it has no id."""
    from PIL import Image, ImageDraw

    mal_id = int(url.removeprefix(SCHEME))
    random = Random(mal_id)
    palette = _palette(mal_id, random)
    image = _sky(Image.new("RGB", (1, HEIGHT)), palette).resize((WIDTH, HEIGHT))
    pencil = ImageDraw.Draw(image)
    horizon = random.randint(190, 235)
    _light(pencil, random, palette, horizon)
    scene = (_hills, _city, _sea, _gate, _stars)[mal_id % 5]
    scene(pencil, random, palette, horizon)
    for place in random.sample((70, 120, 170), random.choice((1, 1, 2))):
        _figure(pencil, random, palette, place)
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def _palette(mal_id: int, random: Random) -> _Palette:
    hue = (mal_id * _GOLDEN_RATIO) % 1
    warm = (hue + random.choice((0.08, 0.5, -0.12))) % 1
    night = random.random() < 0.4
    return _Palette(
        zenith=_rgb(hue, 0.7, 0.28 if night else 0.75),
        horizon=_rgb(warm, 0.45, 0.55 if night else 0.98),
        light=_rgb(warm, 0.15 if night else 0.3, 1.0),
        far=_rgb(hue, 0.5, 0.36 if night else 0.62),
        near=_rgb(hue, 0.6, 0.24 if night else 0.42),
        front=_rgb((hue + 0.03) % 1, 0.55, 0.12 if night else 0.2),
    )


def _rgb(hue: float, saturation: float, value: float) -> _Rgb:
    red, green, blue = (round(part * 255) for part in hsv_to_rgb(hue, saturation, value))
    return red, green, blue


def _sky(column: Image, palette: _Palette) -> Image:
    for y in range(HEIGHT):
        share = min(y / (HEIGHT * 0.7), 1.0)
        mixed = [round(a + (b - a) * share) for a, b in zip(palette.zenith, palette.horizon, strict=True)]
        column.putpixel((0, y), (mixed[0], mixed[1], mixed[2]))
    return column


def _light(pencil: ImageDraw, random: Random, palette: _Palette, horizon: int) -> None:
    x, y, size = random.randint(50, 190), random.randint(50, horizon - 50), random.randint(24, 52)
    pencil.ellipse((x - size, y - size, x + size, y + size), fill=palette.light)


def _ridge(pencil: ImageDraw, random: Random, color: _Rgb, base: int, height: int) -> None:
    waves = [(random.uniform(0.6, 3.2), random.uniform(0, 2 * pi), random.uniform(0.3, 1.0)) for _ in range(3)]
    total = sum(share for *_, share in waves)
    line = [
        (x, base - height * sum(share * sin(x / WIDTH * pi * speed + at) for speed, at, share in waves) / total)
        for x in range(0, WIDTH + 6, 6)
    ]
    pencil.polygon([(0, HEIGHT), *line, (WIDTH, HEIGHT)], fill=color)


def _hills(pencil: ImageDraw, random: Random, palette: _Palette, horizon: int) -> None:
    _ridge(pencil, random, palette.far, horizon, 40)
    _ridge(pencil, random, palette.near, horizon + 50, 26)
    _ridge(pencil, random, palette.front, horizon + 105, 14)


def _city(pencil: ImageDraw, random: Random, palette: _Palette, horizon: int) -> None:
    for color, base, tall in ((palette.far, horizon - 20, 90), (palette.near, horizon + 50, 70)):
        x = -random.randint(0, 20)
        while x < WIDTH:
            width, top = random.randint(22, 46), base - random.randint(0, tall)
            pencil.rectangle((x, top, x + width, HEIGHT), fill=color)
            for row in range(top + 10, HEIGHT - 60, 22):
                for window in range(x + 5, x + width - 7, 13):
                    if random.random() < 0.35:
                        pencil.rectangle((window, row, window + 6, row + 9), fill=palette.light)
            x += width + random.randint(0, 6)
    _ridge(pencil, random, palette.front, horizon + 110, 6)


def _sea(pencil: ImageDraw, random: Random, palette: _Palette, horizon: int) -> None:
    pencil.rectangle((0, horizon, WIDTH, HEIGHT), fill=palette.far)
    _ridge(pencil, random, palette.near, horizon - 4, 12)
    pencil.rectangle((0, horizon + 14, WIDTH, HEIGHT), fill=palette.far)
    middle = random.randint(70, 170)
    for row in range(horizon + 22, HEIGHT - 40, 13):
        reach = random.randint(12, 60)
        pencil.rectangle((middle - reach, row, middle + reach, row + 4), fill=palette.light)
    _ridge(pencil, random, palette.front, horizon + 112, 10)


def _gate(pencil: ImageDraw, random: Random, palette: _Palette, horizon: int) -> None:
    _ridge(pencil, random, palette.far, horizon, 34)
    _ridge(pencil, random, palette.near, horizon + 56, 12)
    red, left, right, top = _rgb(0.01, 0.75, 0.75), 46, 194, horizon - 90
    for x in (left, right):
        pencil.rectangle((x - 8, top, x + 8, horizon + 70), fill=red)
    pencil.rectangle((left - 26, top - 16, right + 26, top), fill=red)
    pencil.rectangle((left - 12, top + 28, right + 12, top + 40), fill=red)
    _ridge(pencil, random, palette.front, horizon + 108, 10)


def _stars(pencil: ImageDraw, random: Random, palette: _Palette, horizon: int) -> None:
    for _ in range(70):
        x, y, size = random.randrange(WIDTH), random.randrange(horizon), random.choice((1, 1, 2, 4))
        pencil.ellipse((x - size, y - size, x + size, y + size), fill=palette.light)
    x, y, size = random.randint(40, 200), random.randint(60, 150), random.randint(50, 80)
    pencil.ellipse((x - size, y - size, x + size, y + size), fill=palette.far)
    pencil.ellipse((x - size, y - size, x + size // 2, y + size // 2), fill=palette.near)
    pencil.line((x - size - 40, y + 30, x + size + 40, y - 30), fill=palette.light, width=7)
    _ridge(pencil, random, palette.front, horizon + 90, 22)


def _figure(pencil: ImageDraw, random: Random, palette: _Palette, x: int) -> None:
    """Draw somebody who looks into the distance, seen from behind."""
    size = random.randint(20, 26)
    y = HEIGHT - random.randint(95, 125)
    hair = _rgb(random.random(), random.uniform(0.2, 0.7), random.uniform(0.25, 0.95))
    pencil.rounded_rectangle((x - size * 2, y + size, x + size * 2, HEIGHT + 40), size, fill=palette.front)
    long = random.choice((0, size, size * 2))
    pencil.rounded_rectangle((x - size, y - size, x + size, y + size + long), size, fill=hair)
    if random.random() < 0.5:
        for side in (-1, 1):
            tip = (x + side * size, y - size - size // 2)
            pencil.polygon([(x + side * size // 4, y - size + 4), tip, (x + side * size, y - size // 4)], fill=hair)

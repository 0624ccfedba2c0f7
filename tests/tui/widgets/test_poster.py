"""Posters: half-blocks of the right colours, and nothing at all when something is wrong."""

import io
import threading
import zlib

import pytest
from PIL import Image
from rich.color import Color
from textual.widgets import Static

from catlog.tui.widgets import poster
from catlog.tui.widgets.poster import PosterView
from catlog.tui.widgets.poster_image import LETTERS, decoded, fitted_size, half_blocks, shaded
from tests.jikan.test_images import png
from tests.tui.widgets.stage import on_stage, rest


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poster, "_SETTLE_SECONDS", 0.0)


def image(kind: str = "PNG", size: tuple[int, int] = (40, 60)) -> bytes:
    """Return an image whose upper half is red and whose lower half is blue."""
    drawn = Image.new("RGB", size, (255, 0, 0))
    drawn.paste((0, 0, 255), (0, size[1] // 2, *size))
    out = io.BytesIO()
    drawn.save(out, kind, **({"lossless": True} if kind == "WEBP" else {}))
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG"])
def test_an_image_becomes_half_blocks_of_its_colours(kind: str) -> None:
    whole = decoded(image(kind))
    assert whole is not None
    cells = half_blocks(whole, 10, 8)
    assert (len(cells), len(cells[0])) == (8, 10)
    assert all(abs(a - b) < 4 for a, b in zip(cells[0][0].upper, (255, 0, 0), strict=True))
    assert all(abs(a - b) < 4 for a, b in zip(cells[7][9].lower, (0, 0, 255), strict=True))


def test_an_image_without_colour_is_light_where_it_is_light() -> None:
    light = Image.new("RGB", (20, 20), (250, 250, 250))
    light.paste((0, 0, 0), (0, 10, 20, 20))
    assert shaded(light, 4, 4, LETTERS) == ["@@@@", "@@@@", "    ", "    "]


def test_a_cover_keeps_its_shape() -> None:
    cover = Image.new("RGB", (225, 318))
    assert fitted_size(cover, 24, None) == (24, 17)
    assert fitted_size(cover, 24, 10) == (14, 10)
    assert fitted_size(cover, 1, 1) == (1, 1)


def bomb() -> bytes:
    """Return a small PNG that says it has 10^10 pixels."""
    small = bytearray(png())
    small[16:24] = (100_000).to_bytes(4, "big") * 2
    small[29:33] = zlib.crc32(bytes(small[12:29])).to_bytes(4, "big")
    return bytes(small)


@pytest.mark.parametrize(
    "data",
    [
        bomb(),
        image(size=(3000, 2100)),
        b"",
        b"<html>",
        image()[:100],
        image()[:60] + b"\0" * 50,
        b"GIF89a" + b"\0" * 40,
    ],
    ids=["bomb", "too many pixels", "empty", "html", "cut short", "broken", "another kind"],
)
def test_what_is_no_proper_image_is_no_poster(data: bytes) -> None:
    assert decoded(data) is None


async def test_a_cover_is_shown_in_the_room_it_has() -> None:
    view = PosterView()
    view.styles.width = 20
    async with on_stage(view) as (stage, pilot):
        assert stage.texts()[0] == ""
        view.show(lambda unwanted: image())
        await rest(stage, pilot)
        assert view.is_shown
        assert stage.texts()[0] == "▀" * 20
        assert sum(bool(line) for line in stage.texts()) == 15
        [style, *_] = stage.styles_of("▀")
        assert style.color == style.bgcolor == Color.from_rgb(255, 0, 0)


async def test_another_title_takes_the_cover_away_at_once_and_the_old_answer_never_comes() -> None:
    view = PosterView()
    late = threading.Event()
    given_up: list[bool] = []

    def slow(unwanted: threading.Event) -> bytes:
        late.wait(10)
        given_up.append(unwanted.is_set())
        return image()

    async with on_stage(view) as (stage, pilot):
        view.show(slow)
        await pilot.pause()
        view.show(None)
        late.set()
        await rest(stage, pilot)
        assert not view.is_shown
        assert given_up in ([], [True])


async def test_no_cover_is_no_noise() -> None:
    view = PosterView()
    async with on_stage(view) as (stage, pilot):
        for find in (lambda unwanted: None, lambda unwanted: b"<html>"):
            view.show(find)
            await rest(stage, pilot)
            assert not any(stage.texts())


async def test_off_is_off() -> None:
    asked: list[object] = []
    view = PosterView(mode="off")
    async with on_stage(view) as (stage, pilot):
        view.show(lambda unwanted: asked.append(unwanted))
        await rest(stage, pilot)
        assert asked == []
        assert not view.display


@pytest.mark.parametrize(("options", "allowed"), [({"ascii": True}, LETTERS), ({"color": False}, " ░▒▓█")])
async def test_without_colour_it_is_shades(options: dict[str, bool], allowed: str) -> None:
    view = PosterView(**options)
    view.styles.width = 20
    async with on_stage(view) as (stage, pilot):
        view.show(lambda unwanted: image())
        await rest(stage, pilot)
        shown = "".join(stage.texts())
        assert shown
        assert set(shown) <= set(allowed)


class Pixels(Static):
    """Stands where textual-image's widget would, which needs a terminal to ask."""

    def __init__(self, image: Image.Image) -> None:
        super().__init__(f"{image.width} x {image.height}")


async def test_graphics_are_left_to_the_widget_that_the_terminal_can_show() -> None:
    view = PosterView(mode="graphics", graphics=Pixels)
    view.styles.width = 20
    async with on_stage(view) as (stage, pilot):
        view.show(lambda unwanted: image())
        await rest(stage, pilot)
        assert view.query(Pixels)
        assert "40 x 60" in stage.texts()
        view.show(None)
        await rest(stage, pilot)
        assert not view.query(Pixels)

"""Covers of a fixed size: the room is there from the first frame, and initials stand where there is no picture."""

import logging
import threading

import pytest
from rich.color import Color
from textual.color import Color as TextualColor
from textual.color import rgb_to_lab

from catlog.tui.widgets import poster_cover
from catlog.tui.widgets.poster_cover import ITEM, PAGE, ROW, Cover, CoverSize, framed, initials, text_hue
from catlog.tui.widgets.poster_image import BYTES_LIMIT, cover_cells
from tests.tui.widgets.stage import on_stage, rest
from tests.tui.widgets.test_poster import bomb, image


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poster_cover, "_SETTLE_SECONDS", 0.0)
    monkeypatch.setattr(poster_cover, "_memory", poster_cover._Memory(2))


@pytest.mark.parametrize("size", [PAGE, ITEM, ROW])
def test_a_wide_image_fills_the_size_of_a_cover(size: CoverSize) -> None:
    cells = cover_cells(image(size=(400, 100)), *size)
    assert cells is not None
    assert (len(cells[0]), len(cells)) == size


def test_a_high_image_is_cut_around_its_upper_third() -> None:
    cells = cover_cells(image(size=(40, 400)), 10, 8)
    assert cells is not None
    assert all(cell.upper[0] > 200 for row in cells for cell in row)


@pytest.mark.parametrize("data", [bomb(), b"", b"<html>", image()[:100], image() + b"\0" * BYTES_LIMIT])
def test_a_bad_image_has_no_cells(data: bytes) -> None:
    assert cover_cells(data, *ROW) is None


@pytest.mark.parametrize(
    ("title", "ascii", "expected"),
    [("Sousou no Frieren", False, "SN"), ("葬送のフリーレン", False, "葬"), ("86", False, "8"), ("!!", False, "?")],
)
def test_initials_are_the_first_letters(title: str, ascii: bool, expected: str) -> None:
    assert initials(title, ascii=ascii) == expected


def test_a_placeholder_has_the_size_of_the_cover() -> None:
    assert framed("Made in Abyss", ROW) == ["╭───╮", "│MI │", "╰───╯"]
    assert framed("Made in Abyss", ROW, ascii=True) == ["+---+", "|MI |", "+---+"]


def test_a_hue_is_as_light_as_the_text() -> None:
    text = TextualColor.parse("#d5d8e0")
    hues = {text_hue(number, text) for number in range(1, 9)}
    assert len(hues) == 8
    assert all(abs(rgb_to_lab(hue).L - rgb_to_lab(text).L) < 4 for hue in hues)


async def test_initials_come_first_and_then_the_cover_in_the_same_room() -> None:
    view, go = Cover(ROW), threading.Event()

    def find(url: str, unwanted: threading.Event) -> bytes:
        go.wait(10)
        return image()

    async with on_stage(view) as (stage, pilot):
        view.show(1, "Made in Abyss", "https://example.org/1.jpg", find)
        await pilot.pause()
        assert stage.texts()[:3] == ["╭───╮", "│MI │", "╰───╯"]
        go.set()
        await rest(stage, pilot)
        assert view.is_shown
        assert stage.texts()[:4] == ["▀" * 5] * 3 + [""]
        [style, *_] = stage.styles_of("▀")
        assert style.color == Color.from_rgb(255, 0, 0)


async def test_a_cover_in_memory_is_asked_for_once_and_a_bad_one_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    asked: list[str] = []

    def find(url: str, unwanted: threading.Event) -> bytes:
        asked.append(url)
        return b"<html>"

    view = Cover(ROW)
    with caplog.at_level(logging.INFO, poster_cover.log.name):
        async with on_stage(view) as (stage, pilot):
            for _ in range(2):
                view.show(1, "Bebop", "https://example.org/bad.jpg", find)
                await rest(stage, pilot)
            assert stage.texts()[1] == "│ B │"
    assert asked == ["https://example.org/bad.jpg"]
    assert len([one for one in caplog.records if one.name == poster_cover.log.name]) == 1


@pytest.mark.parametrize("options", [{"ascii": True}, {"color": False}, {"mode": "off"}])
async def test_nothing_is_loaded_that_is_not_drawn(options: dict[str, object]) -> None:
    asked: list[str] = []
    view = Cover(ROW, **options)  # type: ignore[arg-type]  # options of several kinds
    async with on_stage(view) as (stage, pilot):
        view.show(1, "Bebop", "https://example.org/1.jpg", lambda url, unwanted: asked.append(url))
        await rest(stage, pilot)
        assert not asked
        assert view.display is ("mode" not in options)

"""The statistics as SVG, PNG and HTML: the figures of the screen, and of hostile texts nothing but their letters."""

import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from PIL import Image

from catlog.charts.picture import Canvas
from catlog.charts.sheet import html
from catlog.charts.sheet.palette import DARK, LIGHT
from catlog.charts.sheet.png import png
from catlog.charts.sheet.shapes import Box, Dot, Sheet, Stroke, Words
from catlog.charts.sheet.stats_sheet import stats_sheet, year_sheet
from catlog.charts.sheet.svg import svg
from catlog.charts.stats_page import page
from catlog.library.entries import Status
from catlog.statistics.activity import LoggedEdit
from catlog.statistics.report import Statistics, statistics
from tests.statistics.generated import TODAY, row
from tests.statistics.goldens import figures_of

FIGURES, OF_YEAR = figures_of(None), figures_of(2026)
HOSTILE = "</text><script>alert(1)</script> \"' onload=x & \x1b[31m\u202e\x00\ufffe]]> <!-- 銀魂"
SVG = "{http://www.w3.org/2000/svg}"


def hostile() -> Statistics:
    """Return the statistics of a list all of whose texts are hostile."""
    rows = [
        row(number, Status.COMPLETED, title=HOSTILE, genres=(HOSTILE,), studios=(HOSTILE,), rating=3 + number % 8,
            mal_score=7.0, episodes=12, episodes_watched=12)
        for number in range(1, 9)
    ]  # fmt: skip
    done = [LoggedEdit(TODAY, number, 1) for number in range(1, 9)]
    return statistics(rows, dict.fromkeys(range(1, 9), 1440), done, today=TODAY)


class Tags(HTMLParser):
    """Collects tags, attributes and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "rect", "circle", "polyline"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize(
    "sheet", [stats_sheet(FIGURES, "mika", TODAY), year_sheet(OF_YEAR, "mika")], ids=["list", "year"]
)
def test_a_sheet_stays_within_its_edges_and_is_xml_that_needs_nothing_else(sheet: Sheet) -> None:
    for shape in sheet.shapes:
        if isinstance(shape, Box):
            assert shape.x >= 0
            assert shape.x + shape.width <= sheet.width
            assert shape.y + shape.height <= sheet.height
        elif isinstance(shape, Stroke):
            assert all(0 <= x <= sheet.width and 0 <= y <= sheet.height for x, y in shape.points)
        elif isinstance(shape, Dot):
            assert 0 <= shape.x <= sheet.width
        else:
            assert isinstance(shape, Words)
            assert 0 <= shape.y <= sheet.height
    document = svg(sheet)
    root = ET.fromstring(document)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {
        "svg", "title", "desc", "style", "rect", "polyline", "circle", "text",
    }  # fmt: skip
    assert not re.search(r"url\(|@import|href|<image|on\w+=", document)
    assert root.findtext(f"{SVG}title") == sheet.title
    assert "Streak" in (root.findtext(f"{SVG}desc") or "")
    used = set(re.findall(r"var\(--([\w-]+)\)", document))
    assert used <= set(DARK) == set(LIGHT)


def test_the_figures_are_those_of_the_page_of_the_terminal() -> None:
    printed = page(FIGURES, Canvas(100), "count").text()
    shown = [shape.text for shape in stats_sheet(FIGURES, "mika", TODAY).shapes if isinstance(shape, Words)]
    texts = Tags(html.list_page(FIGURES, "mika", TODAY)).texts
    for figures in (shown, [text.strip() for text in texts]):
        for name, number in (("Action", "129"), ("Toei Animation", "55"), ("Completed", "376")):
            assert name in figures
            assert number in figures
            assert re.search(rf"{name} .*{number}", printed)
        assert "169.2 d" in figures
        assert "of 394 titles" in figures
        assert "The time watched is of 394 of 404 titles." in figures
    again = [shape.text for shape in stats_sheet(FIGURES, "mika", TODAY, by="time").shapes if isinstance(shape, Words)]
    assert "time, my mean" in again


@pytest.mark.parametrize("year", [False, True])
def test_hostile_texts_are_letters_in_all_files(year: bool) -> None:
    figures = hostile()
    if year:
        best = tuple(replace(one, title=HOSTILE) for one in OF_YEAR.review.best)
        figures = replace(OF_YEAR, review=replace(OF_YEAR.review, best=best))
    sheet = year_sheet(figures, HOSTILE) if year else stats_sheet(figures, HOSTILE, TODAY)
    document = svg(sheet)
    root = ET.fromstring(document)
    assert not [element for element in root.iter() if element.tag.endswith("script")]
    assert any("</text><script>" in (element.text or "") for element in root.iter(f"{SVG}text"))
    text = html.year_page(figures, HOSTILE) if year else html.list_page(figures, HOSTILE, TODAY)
    found = Tags(text)
    assert found.open == []
    assert "script" not in found.tags
    assert not [name for name, _ in found.attributes if name.startswith("on") or name in ("src", "href")]
    assert any("<script>alert(1)</script>" in one for one in found.texts)
    for written in (document, text):
        assert not set("\x1b\x00\u202e\ufffe") & set(written)
        assert "<script" not in written


def test_a_page_is_one_file_for_every_reader() -> None:
    text = html.list_page(FIGURES, "mika", TODAY)
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "default-src 'none'" in text
    assert "prefers-color-scheme:light" in text
    assert 'name="viewport"' in text
    assert not re.search(r"https?://(?!www\.w3\.org)|@import|url\(", text)
    found = Tags(text)
    assert found.tags.count("h1") == 1
    assert found.tags.count("h2") == 9
    assert all(value for name, value in found.attributes if name == "aria-label")
    assert found.tags.count("svg") == len([1 for name, value in found.attributes if (name, value) == ("role", "img")])


def test_a_png_is_the_sheet_and_tells_which_characters_its_font_lacks() -> None:
    sheet = stats_sheet(hostile(), "mika", TODAY)
    drawn = png(sheet)
    with Image.open(io.BytesIO(drawn.content)) as image:
        assert image.format == "PNG"
        assert image.size == (2 * sheet.width, round(2 * sheet.height))
        colors = {f"#{red:02x}{green:02x}{blue:02x}" for _, (red, green, blue) in image.getcolors(1 << 24)}
    assert {DARK["background"], DARK["raised"], DARK["chart"], DARK["completed"]} <= colors
    assert drawn.missing == frozenset(), "titles are cut before what the font lacks"
    named = Sheet("names", 200, 40)
    named.words(5, 30, "銀魂 Café")
    assert png(named).missing == {"銀", "魂", "é"}

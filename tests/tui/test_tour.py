"""The pictures of docs/tour.md and the README are the app as it runs: demo library, drawn covers, all themes.

CATLOG_TEST_GOLDENS=1 draws them anew; then look at them.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import pytest
from sqlalchemy import literal
from sqlmodel import String, cast, col, update

from catlog.catalogue import drawn_covers
from catlog.config import Settings
from catlog.db.models import ProcessedAnime
from catlog.db.session import Database
from catlog.tui.widgets.source_line import SourceLine
from tests.support.isolation import ROOT
from tests.support.jikan import JikanStandIn
from tests.tui.harness import opened, picture_of
from tests.tui.sources import with_source, without_source

TOUR = ROOT / "docs" / "tour"


class Shot(NamedTuple):
    """One picture: its name, the size of the terminal, the keys that lead there, and the theme."""

    name: str
    size: tuple[int, int]
    keys: tuple[str, ...] = ()
    theme: str = "dark"

    @property
    def file(self) -> str:
        """Its file in docs/tour."""
        return f"{self.name}-{self.size[0]}x{self.size[1]}-{self.theme}.svg"


WIDE, MIDDLE, USUAL = (160, 48), (120, 40), (80, 24)
SHOTS = (
    *(Shot("home", WIDE, theme=theme) for theme in ("dark", "light", "contrast", "safe", "mono")),
    Shot("home", USUAL),
    Shot("list-watching", WIDE, ("2",)),
    Shot("list-completed", WIDE, ("2", "right")),
    Shot("list", USUAL, ("2",)),
    Shot("details", WIDE, ("2", "enter")),
    Shot("details", USUAL, ("2", "enter")),
    Shot("search", MIDDLE, ("3", *"made", "enter", "f")),
    Shot("stats", WIDE, ("4",)),
    Shot("trends", WIDE, ("5",)),
    Shot("ops", MIDDLE, ("6",)),
    Shot("palette", (100, 30), ("2", ":", *"ex")),
    Shot("help", (100, 30), ("2", "?")),
)


@pytest.fixture
def jikan() -> Iterator[JikanStandIn]:
    """Give the test a source on loopback."""
    with JikanStandIn(size=200) as server:
        yield server


@pytest.fixture
def covered(library: Settings) -> Settings:
    """Give the test the demo library with its covers, drawn from the ids of its titles."""
    database = Database(library.database_url)
    with database.write() as session:
        drawn = literal(drawn_covers.SCHEME).concat(cast(col(ProcessedAnime.mal_id), String))
        session.exec(update(ProcessedAnime).values(image_url=drawn))
    database.close()
    return library


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.file)
async def test_a_picture_of_the_tour_is_what_the_app_shows(covered: Settings, jikan: JikanStandIn, shot: Shot) -> None:
    sourced = without_source(covered) if shot.name == "details" else with_source(covered, jikan.url)
    settings = replace(sourced, posters="half-block", theme=shot.theme)
    async with opened(settings, shot.size) as it:
        await it.press(*shot.keys)
        await it.rest()
        for line in it.app.screen.query(SourceLine):
            line.cool_down(0)  # the clock of the tests stands still
        await picture_of(it, TOUR / shot.file)


def test_the_tour_has_no_other_pictures_and_shows_each() -> None:
    files = {shot.file for shot in SHOTS}
    assert {file.name for file in TOUR.glob("*.svg")} == files
    page = (ROOT / "docs" / "tour.md").read_text("utf-8")
    assert [file for file in sorted(files) if f"(tour/{file})" not in page] == []

"""Exports in the app: to a file of the machine, or as text for those who have none, and never over a file unasked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from catlog.config import Settings
from catlog.demo.build import USER
from catlog.errors import NotAllowedError
from catlog.interchange.detect import read_list
from catlog.interchange.records import ImportedEntry
from catlog.tui.backend import Backend
from catlog.tui.transfer.export_dialog import COPY_LIMIT, ExportForm, TextOut
from catlog.tui.transfer.export_queries import check_target
from catlog.zones import UTC_ZONE
from tests.tui.harness import Driver, golden, opened
from tests.tui.ops.conftest import over
from tests.tui.transfer.test_import import listed


def read_back(file: Path) -> set[int]:
    with file.open("rb") as opened_file:
        rows = read_list(opened_file, file.name, zone=UTC_ZONE).rows
        return {row.entry.mal_id for row in rows if isinstance(row, ImportedEntry)}


async def ask(it: Driver, file: Path) -> None:
    """Open the form on the list, and name a file."""
    await it.press("f2", "E")
    it.app.screen.query_one("#field-path", Input).value = str(file)


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (100, 30)])
async def test_the_form_tells_what_the_file_holds_and_lacks(
    library: Settings, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catlog.tui.transfer.files.default_folder", lambda: Path("~/Downloads"))
    async with opened(library, size) as it:
        await it.press("f2")
        await it.rest()
        await it.press("E")
        await golden(it, "export")


@pytest.mark.parametrize(("presses", "ending"), [(0, ".xml"), (1, ".json"), (3, ".csv")])
async def test_the_whole_list_is_written_in_the_format_chosen(
    library: Settings, tmp_path: Path, presses: int, ending: str
) -> None:
    async with opened(library) as it:
        await ask(it, tmp_path / "mine.xml")
        await it.press(*["right"] * presses)
        assert it.app.screen.query_one("#field-path", Input).value == str(tmp_path / f"mine{ending}"), (
            "the ending follows the format"
        )
        await it.press("ctrl+s")
        await over(it)
        assert read_back(tmp_path / f"mine{ending}") == listed(library)
        assert (tmp_path / f"mine{ending}").stat().st_mode & 0o77 == 0


async def test_an_existing_file_stays_until_a_yes(library: Settings, tmp_path: Path) -> None:
    file = tmp_path / "mine.xml"
    file.write_text("precious")
    async with opened(library) as it:
        await ask(it, file)
        await it.press("ctrl+s")
        assert "mine.xml exists. Replace it?" in it.text
        await it.press("n")
        assert file.read_text() == "precious"
        assert isinstance(it.app.screen, ExportForm)
        await it.press("ctrl+s", "y")
        await over(it)
        assert read_back(file) == listed(library)


@pytest.mark.parametrize("place", ["", "nowhere/mine.xml", "."])
async def test_a_place_that_is_none_is_said_in_the_form(library: Settings, tmp_path: Path, place: str) -> None:
    async with opened(library) as it:
        await ask(it, tmp_path / place)
        if not place:
            it.app.screen.query_one("#field-path", Input).value = ""
        await it.press("ctrl+s")
        assert isinstance(it.app.screen, ExportForm)
        assert str(it.app.screen.query_one("#problem").render()).strip()
    assert [one.name for one in tmp_path.iterdir()] == ["home"]


async def test_a_guest_gets_text_and_never_a_file(library: Settings, tmp_path: Path) -> None:
    with pytest.raises(NotAllowedError):
        check_target(Backend(replace(library, guest=USER)), str(tmp_path / "mine.xml"))
    async with opened(replace(library, guest=USER)) as it:
        await it.press("f2", "E")
        assert not it.app.screen.query("#field-path")
        await it.press("right", "right", "right", "ctrl+s")
        shown = it.app.screen
        assert isinstance(shown, TextOut)
        assert shown.text.count("\n") == len(listed(library)) + 1
        assert "Cowboy Bebop" in shown.text
        await it.press("c")
        if len(shown.text) <= COPY_LIMIT:
            assert it.app.clipboard == shown.text
        else:
            assert "more than terminals take" in it.text


async def test_a_guest_brings_what_is_pasted(library: Settings) -> None:
    from textual import events

    from tests.tui.transfer.test_import import NEW, XML

    async with opened(replace(library, guest=USER)) as it:
        await it.press("f2", "I")
        assert "paste it here" in " ".join(it.text.split())
        await it.press("enter")
        assert "paste the content of a list first" in it.text
        half = len(XML) // 2
        for part in (XML[:half], XML[half:]):
            await it.app.on_event(events.Paste(part))
            await it.settle()
        await it.press("enter")
        assert "1 new 0 changed 0 in doubt" in " ".join(it.text.split())
        await it.press("y")
        await over(it)
        assert NEW in listed(library)

"""Files that are no list: one line says so, nothing is lost, and the app stays fluid."""

from __future__ import annotations

import gzip
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from textual import events

from catlog.config import Settings
from catlog.tui.transfer.import_dialog import ImportFile
from catlog.tui.widgets.rows import RowList
from tests.tui.harness import opened
from tests.tui.transfer.test_import import XML, listed


def bomb(folder: Path) -> Path:
    """Write 300 MB of zeros as 300 KB of gzip."""
    file = folder / "bomb.xml.gz"
    with gzip.open(file, "wb", compresslevel=9) as out:
        for _ in range(300):
            out.write(bytes(1024**2))
    return file


def huge(folder: Path) -> Path:
    """Make a file of 100 MB that takes no room."""
    file = folder / "huge.json"
    file.touch()
    os.truncate(file, 100 * 1024**2)
    return file


def pipe(folder: Path) -> Path:
    """Make a pipe that nobody writes into: reading it would never end."""
    os.mkfifo(folder / "pipe.xml")
    return folder / "pipe.xml"


CASES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "nothing": (lambda folder: folder / "none.xml", "there is no file none.xml"),
    "a folder": (lambda folder: folder, "is a folder"),
    "100 MB": (huge, "larger than 64 MiB"),
    "a bomb": (bomb, "bomb.xml.gz"),
    "a pipe": (pipe, "is no plain file"),
}


@pytest.mark.parametrize("case", CASES)
async def test_a_bad_file_is_one_line_and_the_keys_go_on(library: Settings, tmp_path: Path, case: str) -> None:
    make, words = CASES[case]
    path = make(tmp_path)
    before = listed(library)
    async with opened(library) as it:
        await it.press("f2", "I")
        await it.app.on_event(events.Paste(str(path)))
        began = time.monotonic()
        await it.press("enter")
        assert isinstance(it.app.screen, ImportFile)
        problem = str(it.app.screen.query_one("#problem").render())
        assert words in problem
        assert "\n" not in problem
        await it.press("escape", "j")
        assert it.app.bug is None
        assert time.monotonic() - began < 120
    assert listed(library) == before


async def test_a_megabyte_of_clipboard_is_no_list_or_one(library: Settings) -> None:
    many = XML.replace("</myanimelist>", "<!-- x -->" * 100_000 + "</myanimelist>")
    async with opened(library) as it:
        await it.press("f2", "I")
        await it.app.on_event(events.Paste("no list at all\n" * 70_000))
        await it.settle()
        assert "the pasted text is no list" in it.text
        await it.app.on_event(events.Paste(many))
        await it.settle()
        assert "1 new 0 changed 0 in doubt" in " ".join(it.text.split())
        await it.press("n")
        assert it.app.bug is None


async def test_names_of_files_are_text_and_the_browser_goes_where_it_is_told(library: Settings, tmp_path: Path) -> None:
    downloads = tmp_path / "user" / "Downloads"
    (downloads / "[bold]folder").mkdir(parents=True)
    (downloads / "evil\x1b[31m\u202e.xml").write_text(XML)
    (downloads / "[bold]folder" / "list.xml").write_text(XML)
    (downloads / "notes.txt").write_text("x")
    os.close(os.open(os.fsencode(downloads) + b"/\xff\xfe.xml", os.O_CREAT))
    async with opened(library) as it:
        await it.press("f2", "I", "ctrl+o")
        assert "[bold]folder/" in it.text
        assert "\x1b" not in it.text
        assert "\u202e" not in it.text
        assert "notes.txt" not in it.text
        await it.press("a")
        assert "notes.txt" in it.text
        await it.press("enter")
        assert "list.xml" in it.text
        await it.press("backspace")
        under = it.app.screen.query_one("#rows", RowList).record
        assert under is not None
        assert under.name == "[bold]folder"
        await it.press("enter", "enter")
        assert "1 new 0 changed 0 in doubt" in " ".join(it.text.split())


async def test_a_folder_that_cannot_be_read_is_one_line(library: Settings, tmp_path: Path) -> None:
    gone = tmp_path / "user" / "Downloads" / "gone"
    gone.mkdir(parents=True)
    async with opened(library) as it:
        await it.press("f2", "I", "ctrl+o")
        gone.rmdir()
        await it.press("enter")
        assert "cannot be read" in it.text
        await it.press("escape", "escape")
        assert it.app.bug is None

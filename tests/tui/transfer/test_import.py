"""A list is brought in the app: its path typed or dropped, what it changes shown, and one undo takes it back."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select
from textual import events

from catlog.config import Settings
from catlog.db.models import UserAnime
from catlog.db.session import Database
from catlog.demo.build import USER
from catlog.errors import BadDataError, NotAllowedError
from catlog.tui.backend import Backend
from catlog.tui.transfer.files import path_typed
from catlog.tui.transfer.import_queries import preview_import
from tests.tui.harness import opened
from tests.tui.ops.conftest import over

SIZES = [(60, 15), (80, 24), (100, 30), (160, 48)]
NEW = 9_999_001
XML = f"""<?xml version="1.0"?><myanimelist><myinfo><user_export_type>1</user_export_type></myinfo><anime>
<series_animedb_id>{NEW}</series_animedb_id><series_title>Brought Along</series_title>
<series_episodes>12</series_episodes>
<my_watched_episodes>3</my_watched_episodes><my_status>Watching</my_status><my_score>8</my_score></anime></myanimelist>"""


def listed(settings: Settings) -> set[int]:
    with Database(settings.database_url).read() as session:
        return set(session.exec(select(UserAnime.mal_id)).all())


@pytest.mark.parametrize("written", ["{}", "'{}'", "file://{}"])
def test_a_dropped_path_is_read_as_terminals_write_it(tmp_path: Path, written: str) -> None:
    file = tmp_path / "list.xml"
    file.write_text(XML)
    assert path_typed(written.format(file)) == file


def test_escapes_are_resolved_and_no_path_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "my list.xml"
    file.write_text(XML)
    escaped = str(file).replace(" ", "\\ ")
    assert path_typed(escaped) == path_typed(str(file)) == path_typed(f"file://{str(file).replace(' ', '%20')}") == file
    for bad in ("", "  ", "a\0b", '"open'):
        with pytest.raises(BadDataError):
            path_typed(bad)


@pytest.mark.parametrize("size", SIZES)
async def test_a_file_is_previewed_brought_and_taken_back(
    library: Settings, tmp_path: Path, size: tuple[int, int]
) -> None:
    file = tmp_path / "list.xml"
    file.write_text(XML)
    before = listed(library)
    async with opened(library, size) as it:
        await it.press("f2", "I")
        await it.app.on_event(events.Paste(str(file)))
        await it.press("enter")
        assert "1 new 0 changed 0 in doubt" in " ".join(it.text.split())
        assert listed(library) == before
        await it.press("y")
        await over(it)
        assert listed(library) == before | {NEW}
        await it.press("u")
        assert listed(library) == before


async def test_what_is_no_list_is_said_in_the_dialog_and_changes_nothing(library: Settings, tmp_path: Path) -> None:
    (tmp_path / "empty.xml").write_bytes(b"")
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)) * 9)
    before = listed(library)
    for name in ("", "empty.xml", "noise.bin", "none.xml"):
        async with opened(library) as it:
            await it.press("f2", "I")
            await it.app.on_event(events.Paste(str(tmp_path / name)))
            await it.press("enter")
            assert "Bring a list" in it.text
            assert str(it.app.screen.query_one("#problem").render()).strip()
    assert listed(library) == before


def test_a_guest_reads_no_file_of_the_machine(library: Settings, tmp_path: Path) -> None:
    file = tmp_path / "list.xml"
    file.write_text(XML)
    backend = Backend(replace(library, guest=USER))
    with pytest.raises(NotAllowedError):
        preview_import(backend, str(file))

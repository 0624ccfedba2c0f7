"""The form of an entry says an offset as people write it, and makes an edit of it alone."""

import pytest

from catlog.errors import InvalidArgumentError
from catlog.library.edits import SetOffset
from catlog.library.entries import Status
from catlog.library.records import ListRow
from catlog.tui.editing.edit_commands import edits_from_form, form_values

NOTHING = dict.fromkeys(ListRow._fields) | {"tags": (), "notes": "", "episodes_watched": 3, "rewatch_count": 0}


def row(offset: int) -> ListRow:
    return ListRow(**(NOTHING | {"mal_id": 1, "title": "Kaze", "status": Status.WATCHING, "episode_offset": offset}))


@pytest.mark.parametrize(("typed", "offset"), [("-1", -1), ("12", 12), ("+12", 12), ("", 0), (" 0 ", 0)])
def test_an_offset_is_read_as_it_is_written(typed: str, offset: int) -> None:
    shown = form_values(row(5))
    assert shown["offset"] == "5"
    assert edits_from_form(row(5), {**shown, "offset": typed}) == (SetOffset(offset),)


def test_what_is_no_number_is_refused_and_what_nobody_touched_stays() -> None:
    shown = form_values(row(-2))
    assert (shown["offset"], form_values(row(0))["offset"]) == ("-2", "")
    assert edits_from_form(row(-2), shown) == ()
    for typed in ("one", "--1", "1.5"):
        with pytest.raises(InvalidArgumentError):
            edits_from_form(row(-2), {**shown, "offset": typed})

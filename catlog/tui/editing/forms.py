"""Forms of the list: notes, tags, all fields of one title, and the name of a saved view."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from catlog.access import Right
from catlog.errors import InvalidArgumentError
from catlog.library.edits import Edit, SetNotes
from catlog.library.entries import Status
from catlog.tui.content import line, plain
from catlog.tui.dialogs.form import FormDialog, FormField
from catlog.tui.editing.edit_commands import edits_from_form, form_values, tag_edits

if TYPE_CHECKING:
    from catlog.library.records import ListRow

Edits = tuple[Edit, ...]


def titled(rows: Sequence[ListRow]) -> str:
    """Return the heading for these rows: a title, or how many."""
    return rows[0].title if len(rows) == 1 else f"{len(rows)} titles"


class EditForm(FormDialog[Edits]):
    """A form about rows; `to_edits` turns the typed values into edits and may raise."""

    RIGHT: ClassVar[Right] = Right.KEEP_LIST

    def __init__(
        self, heading: str, rows: Sequence[ListRow], to_edits: Callable[[Mapping[str, str]], Edits], *fields: FormField
    ) -> None:
        super().__init__(line((heading, "bold $accent"), "\n", plain(titled(rows))), *fields)
        self._to_edits = to_edits

    def send(self, values: Mapping[str, str]) -> None:
        """Return the edits."""
        self.dismiss(self._to_edits(values))


def notes_form(row: ListRow) -> EditForm:
    """Return the form for the notes of one title."""
    return EditForm(
        "Notes",
        [row],
        lambda values: (SetNotes(values["notes"]),),
        FormField("notes", "Notes", row.notes.replace("\n", " ")),
    )


def tags_form(rows: Sequence[ListRow]) -> EditForm:
    """Return the form for the tags of one title, or for tags to add to several titles and remove from them."""
    one = len(rows) == 1
    value = ", ".join(rows[0].tags) if one else ""
    hint = "rewatch, with Mika" if one else "rewatch, -dropped: adds the first, takes the second away"
    return EditForm(
        "Tags",
        rows,
        lambda values: tag_edits(values["tags"], rows),
        FormField("tags", "Tags, with commas", value, hint=hint),
    )


def entry_form(row: ListRow) -> EditForm:
    """Return the form for all fields of one title."""
    shown = form_values(row)
    shown["notes"] = shown["notes"].replace("\n", " ")
    statuses = tuple(status.words for status in Status)

    def to_edits(values: Mapping[str, str]) -> Edits:
        # A text field shows no line breaks; untouched notes keep theirs.
        unchanged = {"notes": row.notes} if values["notes"] == shown["notes"] else {}
        return edits_from_form(row, {**values, **unchanged})

    return EditForm(
        "Edit",
        [row],
        to_edits,
        FormField("status", "Status", shown["status"], options=statuses),
        FormField("episodes", f"Episodes watched, of {row.episodes or '?'}", shown["episodes"]),
        FormField("rating", "Rating 1-10", shown["rating"], hint="none"),
        FormField("started", "Started", shown["started"], hint="2021, 2021-05 or 2021-05-03"),
        FormField("finished", "Finished", shown["finished"], hint="2021, 2021-05 or 2021-05-03"),
        FormField("rewatches", "Times seen again", shown["rewatches"]),
        FormField(
            "offset",
            "Episode offset",
            shown["offset"],
            hint="none; -1: airing episodes are shown one less than the source's",
        ),
        FormField("tags", "Tags, with commas", shown["tags"]),
        FormField("notes", "Notes", shown["notes"]),
    )


class NameForm(FormDialog[str]):
    """Prompts for the name of a saved view or search, described by `description`."""

    RIGHT: ClassVar[Right] = Right.KEEP_LIST

    def __init__(self, description: str, heading: str = "Save this view") -> None:
        super().__init__(line((heading, "bold $accent"), "\n", plain(description)), FormField("name", "Name"))

    def send(self, values: Mapping[str, str]) -> None:
        """Return the name."""
        if not values["name"].strip():
            raise InvalidArgumentError("a name is needed")
        self.dismiss(values["name"].strip())

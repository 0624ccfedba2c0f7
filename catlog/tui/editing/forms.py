"""The small forms of the list: notes, tags, everything of one title, and the name of a view."""

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
    from catlog.library.listing import ListRow

Edits = tuple[Edit, ...]


def titled(rows: Sequence[ListRow]) -> str:
    """Return what a heading calls these rows."""
    return rows[0].title if len(rows) == 1 else f"{len(rows)} titles"


class EditForm(FormDialog[Edits]):
    """A form about some rows; `made` turns what was typed into edits and may raise."""

    RIGHT: ClassVar[Right] = Right.KEEP_LIST

    def __init__(
        self, heading: str, rows: Sequence[ListRow], made: Callable[[Mapping[str, str]], Edits], *fields: FormField
    ) -> None:
        super().__init__(line((heading, "bold $accent"), "\n", plain(titled(rows))), *fields)
        self._made = made

    def send(self, values: Mapping[str, str]) -> None:
        """End with the edits."""
        self.dismiss(self._made(values))


def notes_form(row: ListRow) -> EditForm:
    """Return the form for the notes of one title."""
    return EditForm(
        "Notes",
        [row],
        lambda values: (SetNotes(values["notes"]),),
        FormField("notes", "Notes", row.notes.replace("\n", " ")),
    )


def tags_form(rows: Sequence[ListRow]) -> EditForm:
    """Return the form for the tags of one title, or for what to add to several and take from them."""
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
    """Return the form for everything about one title."""
    shown = form_values(row)
    shown["notes"] = shown["notes"].replace("\n", " ")
    statuses = tuple(status.words for status in Status)

    def made(values: Mapping[str, str]) -> Edits:
        # A line to type into shows no line breaks; notes that nobody touched keep theirs.
        kept = {"notes": row.notes} if values["notes"] == shown["notes"] else {}
        return edits_from_form(row, {**values, **kept})

    return EditForm(
        "Edit",
        [row],
        made,
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
    """Asks for the name under which something is kept; `told` is what."""

    RIGHT: ClassVar[Right] = Right.KEEP_LIST

    def __init__(self, told: str, heading: str = "Keep this view") -> None:
        super().__init__(line((heading, "bold $accent"), "\n", plain(told)), FormField("name", "Name"))

    def send(self, values: Mapping[str, str]) -> None:
        """End with the name."""
        if not values["name"].strip():
            raise InvalidArgumentError("a name is needed")
        self.dismiss(values["name"].strip())

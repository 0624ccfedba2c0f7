"""The keys of the dialogs for import and export."""

from __future__ import annotations

from catlog.access import Right
from catlog.tui.keys import Action, Section

IMPORT = Section(
    "import",
    "Importing a list",
    Right.USE_MACHINE,
    (Action("browse", "ctrl+o", "browse", "Choose the file in its folder."),),
)
"""The keys of the dialog that asks for a file."""

PASTE = Section(
    "paste",
    "Pasting a list",
    Right.KEEP_LIST,
    (Action("send", "enter", "read it", "Read what was pasted, and show what it would change."),),
)
"""The keys of the dialog that asks for the content of a list."""

REVIEW = Section(
    "review",
    "Before an import",
    Right.KEEP_LIST,
    (
        Action("yes", "enter,y", "bring them", "Import the list as one step that undo takes back."),
        Action("look", "d", "look at each", "Show what the import does with each title."),
        Action("no", "n", "leave it", "Leave everything as it is.", shown=False),
    ),
)
"""The keys of the dialog that shows what an import would do."""

BROWSER = Section(
    "browser",
    "Choosing a file",
    Right.USE_MACHINE,
    (
        Action("up_folder", "backspace,left,h,minus", "folder above", "Go to the folder above."),
        Action("enter_folder", "right,l", "open", "Open the folder or take the file.", shown=False),
        Action("home_folder", "tilde", "home", "Go to your own folder."),
        Action("everything", "a", "all files", "Show all files, hidden ones too, or only possible lists."),
    ),
)
"""The keys of the dialog that chooses a file."""

EXPORT = Section(
    "export",
    "Exporting my list",
    Right.KEEP_LIST,
    (Action("as_text", "ctrl+y", "as text", "Show the export as text, to be copied through the connection."),),
)
"""The keys of the dialog that asks for a format and a place."""

TEXT_OUT = Section(
    "text_out",
    "An export as text",
    Right.KEEP_LIST,
    (Action("copy", "c", "copy", "Copy the whole text through the terminal, where it allows that (OSC 52)."),),
)
"""The keys of the dialog that shows an export as text."""

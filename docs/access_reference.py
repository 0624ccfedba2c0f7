"""Write the table of rights in SECURITY.md, and docs/doors.md, from the tables that CatLog itself checks.

Run it after changing a right or a door: `python docs/access_reference.py`; with `--check` it writes nothing and exits 1
when a page is out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import catlog.tui  # noqa: E402 - found beside this folder, installed or not
from catlog.access import RIGHTS, Right, Role  # noqa: E402 - as above
from catlog.cli.rights import COMMANDS  # noqa: E402 - as above
from catlog.tui.chrome.topbar import TABS  # noqa: E402 - as above
from catlog.tui.dialogs.base import Dialog  # noqa: E402 - as above
from catlog.tui.keymap import SECTIONS  # noqa: E402 - as above
from catlog.tui.operations.operation import OperationKind  # noqa: E402 - as above

PAGE = ROOT / "SECURITY.md"
DOORS = ROOT / "docs" / "doors.md"

OPENING = """\
# Every door, and to whom it is open

<!-- Written by docs/access_reference.py from the tables that CatLog checks: change those, then run it. -->

A door is a command, a tab, a key or entry of the palette, a dialog, or an operation in the background. Each states the
right that it needs, and [SECURITY.md](../SECURITY.md#who-may-do-what) lists the roles with it. Tests try all of them in
each role (tests/tui/test_rights.py, tests/cli/test_rights.py), and the service behind a door checks the right again
(tests/test_access.py). An option that takes the path of a file also needs "use files, settings and programs of this
machine", so it is not available through SSH; there, `ssh-entry` opens the app itself if no command is given.

"""

BEGIN, END = "<!-- The rights, written by docs/access_reference.py. -->\n", "<!-- The end of the rights. -->\n"


def table() -> str:
    """Return the policy as a table of Markdown: a right a line, and who has it."""
    head = ["to …", *(role.value for role in Role)]
    rows = [[right.value, *("yes" if role in RIGHTS[right] else "" for role in Role)] for right in Right]
    return lines([head, ["---"] * len(head), *rows])


def lines(rows: Iterable[list[str]]) -> str:
    """Return rows of cells as a table of Markdown."""
    return "".join(f"| {' | '.join(cells)} |\n".replace("|  |", "| |").replace("|  |", "| |") for cells in rows)


def doors() -> str:
    """Return the page of doors."""
    actions = (
        (f"`{section.full_name(one)}`", one.right or section.right) for section in SECTIONS for one in section.actions
    )
    kinds: tuple[tuple[str, Iterable[tuple[str, Right]]], ...] = (
        ("Commands", ((f"`{f'catlog {name}'.strip()}`", right) for name, right in COMMANDS.items())),
        ("Tabs of the app", ((tab.label, tab.right) for tab in TABS)),
        ("Keys and entries of the palette", actions),
        ("Dialogs", ((f"`{dialog.__name__}`", dialog.RIGHT) for dialog in dialogs())),
        ("What runs in the background", ((kind.value, kind.right) for kind in OperationKind)),
    )
    parts = [OPENING]
    for title, found in kinds:
        head = ["door", "needs the right to …", *(role.value for role in Role)]
        rows = [
            [door, right.value, *("yes" if role in RIGHTS[right] else "" for role in Role)] for door, right in found
        ]
        parts += [f"## {title}\n\n", lines([head, ["---"] * len(head), *rows]), "\n"]
    return "".join(parts).rstrip("\n") + "\n"


def dialogs() -> list[type[Dialog[object]]]:
    """Return every kind of dialog that is opened, by name."""
    for found in walk_packages(catlog.tui.__path__, "catlog.tui."):
        import_module(found.name)
    own = (kind for kind in _below(Dialog) if kind.__module__.startswith("catlog.") and "RIGHT" in kind.__dict__)
    return sorted(own, key=lambda kind: kind.__name__)


def _below(kind: type[Dialog[object]]) -> Iterator[type[Dialog[object]]]:
    for below in kind.__subclasses__():
        yield below
        yield from _below(below)


def main(argv: list[str]) -> int:
    """Write the table into its page, and the page of doors, or compare them with `--check`; return the exit code."""
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        print(f"{PAGE} has no place for the rights: {BEGIN.strip()} … {END.strip()}", file=sys.stderr)
        return 1
    code = 0
    for page, wanted in ((PAGE, f"{before}{BEGIN}{table()}{END}{after}"), (DOORS, doors())):
        if argv != ["--check"]:
            page.write_text(wanted, "utf-8")
        elif not page.exists() or wanted != page.read_text("utf-8"):
            print(f"{page} is out of date: run python docs/access_reference.py", file=sys.stderr)
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

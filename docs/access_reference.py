"""Write the table of rights in SECURITY.md from the one that CatLog itself asks.

Run it after changing a right: `python docs/access_reference.py`; with `--check` it writes nothing and exits 1 when the
page is out of date.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from catlog.access import RIGHTS, Right, Role  # noqa: E402 - found beside this folder, installed or not

PAGE = ROOT / "SECURITY.md"

BEGIN, END = "<!-- The rights, written by docs/access_reference.py. -->\n", "<!-- The end of the rights. -->\n"


def table() -> str:
    """Return the policy as a table of Markdown: a right a line, and who has it."""
    head = ["to …", *(role.value for role in Role)]
    rows = [[right.value, *("yes" if role in RIGHTS[right] else "" for role in Role)] for right in Right]
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n".replace("|  |", "| |").replace("|  |", "| |") for cells in lines)


def main(argv: list[str]) -> int:
    """Write the table into the page, or compare it with `--check`; return the exit code."""
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        print(f"{PAGE} has no place for the rights: {BEGIN.strip()} … {END.strip()}", file=sys.stderr)
        return 1
    wanted = f"{before}{BEGIN}{table()}{END}{after}"
    if argv != ["--check"]:
        PAGE.write_text(wanted, "utf-8")
    elif wanted != text:
        print(f"{PAGE} is out of date: run python docs/access_reference.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

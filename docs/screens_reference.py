"""Refresh the pictures and key tables in docs/screens and the README: pictures are what the tests compare the app with.

A page is written by hand but for what stands between `<!-- picture NAME -->` or `<!-- keys SECTION -->` and
`<!-- end -->`. Run it after accepting another look or changing a key: `python docs/screens_reference.py`; with
`--check` it writes nothing and exits 1 when a page is out of date.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from catlog.tui.keymap import SECTIONS, written  # noqa: E402 - found beside this folder, installed or not

PAGES = ROOT / "docs" / "screens"
GOLDENS = ROOT / "tests" / "tui" / "goldens"

_BLOCK = re.compile(r"(<!-- (picture|keys) ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def refreshed(text: str) -> str:
    """Return a page with its pictures and tables as they are now. Raises KeyError and OSError for what is not there."""
    return _BLOCK.sub(lambda found: found[1] + _BLOCKS[found[2]](found[3]) + found[4], text)


def _picture(name: str) -> str:
    return f"```text\n{(GOLDENS / f'{name}.txt').read_text('utf-8')}```\n"


def _keys(section_id: str) -> str:
    section = {section.id: section for section in SECTIONS}[section_id]
    rows = (f"| {written(action).replace('|', '&#124;')} | {action.help} |\n" for action in section.actions)
    return "| keys | what they do |\n| --- | --- |\n" + "".join(rows)


_BLOCKS = {"picture": _picture, "keys": _keys}


def main(argv: list[str]) -> int:
    """Write the pages, or compare them with `--check`; return the exit code."""
    stale = []
    for page in (ROOT / "README.md", *sorted(PAGES.glob("*.md"))):
        text = page.read_text("utf-8")
        if (now := refreshed(text)) != text:
            stale.append(page.name)
            if argv != ["--check"]:
                page.write_text(now, "utf-8")
    if stale and argv == ["--check"]:
        print(f"{', '.join(stale)}: out of date: run python docs/screens_reference.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

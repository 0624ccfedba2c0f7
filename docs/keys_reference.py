"""Write docs/keys.md, the keys of the app, from the table that the app itself reads.

Run it after changing a key: `python docs/keys_reference.py`; with `--check` it writes nothing and exits 1 when the page
is out of date.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from catlog.tui.keymap import SECTIONS, written  # noqa: E402 - found beside this folder, installed or not

PAGE = ROOT / "docs" / "keys.md"

OPENING = """\
# The keys of the app

<!-- Written by docs/keys_reference.py from the table of keys: change that, then run it. -->

The last line of the screen shows the keys of where you are, `?` all of them, and `:` finds an action by its name. The
mouse works as well: on tabs, rows, fields and the keys of the last line.

Give an action other keys in `config.toml` (`catlog config path` says where it is):

```toml
[keys]
"app.undo" = "ctrl+z"
"app.leave" = "ctrl+q"
```

Keys are letters, `f1` to `f12`, `enter`, `space`, `up` and so on, with `ctrl+`, `alt+` or `shift+` before them; several
are separated by commas. A line that names no action, or a key that would do two things in one place, is left out: the
app says which at its start, the action keeps its default keys, and all other lines hold. A renamed action is found by
its former name too.

Digits go to screens. `r` waits for the next key, and the last line shows what may come: `1` to `9`, `0` for 10, `x` for
no rating. Esc drops the wait; any other key drops it and does what it always does. A count before a move is `#` and
digits.
"""


def page() -> str:
    """Return the whole page."""
    parts = [OPENING]
    for section in SECTIONS:
        if section.actions:
            parts.append(f"## {section.title}\n\n| keys | what they do | in config.toml |\n| --- | --- | --- |")
            for action in section.actions:
                name = "" if action.is_fixed else f"`{section.full_name(action)}`"
                keys = written(action).replace("|", "\\|")
                parts.append(f"| {keys} | {action.help} | {name} |")
            parts.append("")
    return "\n".join(parts)


def main(argv: list[str]) -> int:
    """Write the page, or compare it with `--check`; return the exit code."""
    text = page()
    if argv != ["--check"]:
        PAGE.write_text(text, "utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text("utf-8") == text:
        return 0
    print("docs/keys.md is out of date: run python docs/keys_reference.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

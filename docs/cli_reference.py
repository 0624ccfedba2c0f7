"""Write docs/cli.md, the reference of the command line, from the help texts, exit codes and settings themselves.

Run it after changing a command: `python docs/cli_reference.py`; with `--check` it writes nothing and exits 1 when the
page is out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import click  # noqa: E402 - found beside this folder, installed or not

from catlog.cli.main import root  # noqa: E402
from catlog.config import SETTINGS, Settings  # noqa: E402
from catlog.errors import ExitCode  # noqa: E402

PAGE = ROOT / "docs" / "cli.md"
WIDTH = 88

MEANINGS = {
    ExitCode.OK: "success; also when the reader of a pipe has closed it, as with `\\| head`",
    ExitCode.CHECK_FAILED: "a check found something",
    ExitCode.USAGE: "usage error: an unknown command or option, an invalid value",
    ExitCode.NOT_FOUND: "not found, or the title is ambiguous (the candidates are on standard error)",
    ExitCode.NO_TERMINAL: "needs a terminal, and there is none",
    ExitCode.BAD_DATA: "bad input data: the file or a response cannot be used; nothing was changed",
    ExitCode.UNAVAILABLE: "the data source, the database or a disk is unavailable, or the output cannot be written",
    ExitCode.BUG: "a bug: a short message with the path of a crash report that holds no secrets",
    ExitCode.BUSY: "busy: another run holds the lock; try later",
    ExitCode.NOT_ALLOWED: "not signed in, or not allowed",
    ExitCode.CONFIG: "configuration error; the message names the setting and where it came from, "
    "or the file that other users own or may change",
    ExitCode.INTERRUPTED: "interrupted with Ctrl-C; a termination or hangup signal gives 128 plus its number",
}

OPENING = """\
# The command line

<!-- Written by docs/cli_reference.py from the help texts: change those, then run it. -->

Names, JSON keys and exit codes on this page are a contract: none is removed or changes its meaning.

- Standard output has data only; progress, notes and warnings go to standard error.
- `--format table` is for people. On a terminal it fits the width and has colours, unless `NO_COLOR` is set or `TERM` is
  `dumb`; anywhere else it is plain text of full width. `CATLOG_ASCII=1` draws with ASCII alone.
- `--format json` prints one object, `{"kind": …, "version": 1, "rows": […]}` (`"row": {…}` where there is just one), in
  UTF-8: keys in camelCase, dates in ISO 8601, times in UTC with `Z`, unknown values as `null`. Beside the rows stand
  what the command was given (`query`, `days`, …) and, where figures hold for a day, that day as `asOf`.
- `--format csv` prints the same fields under a header line; unknown values are empty, and a list is JSON text. Text
  that a spreadsheet would run as a formula has a `'` before it, as in `list export`; JSON has every text unchanged.
- Of a setting that may hold a secret, messages show only the parts that are never secret, and nothing of an invalid
  one.
- Without a terminal on standard input there are no prompts: the command fails and names the option to use instead.
"""


def commands(command: click.Command, parent: click.Context | None = None) -> Iterator[tuple[str, str]]:
    """Yield the full name and the help text of a command and of all below it, but hidden ones."""
    ctx = click.Context(command, parent, command.name, terminal_width=WIDTH, **command.context_settings)
    yield ctx.command_path, command.get_help(ctx)
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            child = command.get_command(ctx, name)
            if child is not None and not child.hidden:
                yield from commands(child, ctx)


def page() -> str:
    """Return the whole page."""
    parts = [OPENING, "## Commands\n"]
    for name, text in commands(root):
        parts.append(f"### {name}\n\n```text\n{text.rstrip()}\n```\n")
    parts.append("## Exit codes\n\n| code | meaning |\n| --- | --- |")
    parts += [f"| {code.value} | {MEANINGS[code]} |" for code in ExitCode]
    parts.append(
        "\n## Settings\n\n"
        "The first of these with a value wins: the option of a command, the environment, `config.toml` (its path:\n"
        "`catlog config path`), the default. `catlog config show` prints each value with its origin.\n\n"
        "| environment | in config.toml | meaning | default |\n| --- | --- | --- | --- |\n"
        "| `CATLOG_HOME` | | one folder for config, data, state and cache | the system's folders for a user |"
    )
    parts += [
        f"| `{setting.variable}` | `{setting.field}` | {setting.help} | {_default(setting.field)} |"
        for setting in SETTINGS
    ]
    return "\n".join(parts) + "\n"


def _default(field: str) -> str:
    value = Settings.__dataclass_fields__[field].default
    if not isinstance(value, tuple | str | float | int):
        return ""
    words = value if isinstance(value, tuple) else (str(int(value)) if isinstance(value, bool) else str(value),)
    return ", ".join(f"`{word}`" for word in words)


def main(argv: list[str]) -> int:
    """Write the page, or compare it with `--check`; return the exit code."""
    text = page()
    if argv != ["--check"]:
        PAGE.write_text(text, "utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text("utf-8") == text:
        return 0
    print("docs/cli.md is out of date: run python docs/cli_reference.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The root command, and how every ending becomes an exit code."""

import json
from collections.abc import Iterator

import click
import pytest

import catlog as package
from catlog.cli.main import COMMANDS, root
from catlog.errors import ExitCode
from tests.cli.conftest import Catlog
from tests.cli.processes import CATLOG, SAMPLES, child, in_terminal


def every_command(command: click.Command = root, parent: click.Context | None = None) -> Iterator[click.Context]:
    ctx = click.Context(command, parent, command.name)
    yield ctx
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            child_command = command.get_command(ctx, name)
            assert child_command is not None
            yield from every_command(child_command, ctx)


def test_help_imports_no_heavy_library_and_no_command_module() -> None:
    code = "import sys; from catlog.cli.main import run; run(['--help']); print(*sys.modules, file=sys.stderr)"
    ended = child([CATLOG[0], "-c", code])
    loaded = set(ended.stderr.split())
    assert "catlog.cli.main" in loaded, ended.stderr
    assert not loaded & {"sqlmodel", "sqlalchemy", "pydantic", "httpx", "rich", "textual", "tomllib", "subprocess"}
    assert not loaded & {entry.target.partition(":")[0] for entry in COMMANDS.values()}
    assert all(name in ended.stdout for name in COMMANDS)


def test_json_output_does_not_import_rich() -> None:
    code = (
        "import sys; from catlog.cli.main import run;"
        "run(['config', 'show', '--format', 'json']); print('rich' in sys.modules)"
    )
    assert child([CATLOG[0], "-c", code]).stdout.endswith("}\nFalse\n")


def test_every_line_of_the_table_is_the_short_help_of_its_command() -> None:
    ctx = click.Context(root)
    for name, entry in COMMANDS.items():
        command = root.get_command(ctx, name)
        assert command is not None
        assert command.name == name
        assert command.get_short_help_str(200) == entry.help


def test_every_command_and_every_option_has_a_help_text() -> None:
    for ctx in every_command():
        assert ctx.command.help, ctx.command_path
        for parameter in ctx.command.get_params(ctx):
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{ctx.command_path} {parameter.opts}"


def test_the_version_is_the_package_version(catlog: Catlog) -> None:
    assert catlog("-V") == (0, f"catlog {package.__version__}\n", "")
    assert child([*CATLOG, "--version"]).stdout == f"catlog {package.__version__}\n"


@pytest.mark.parametrize("argv", [[], ["tui"]])
def test_the_app_without_a_terminal_exits_64_and_says_so(argv: list[str]) -> None:
    ended = child([*CATLOG, *argv])
    assert (ended.returncode, ended.stdout) == (64, "")
    assert ended.stderr.startswith("catlog: the full-screen app needs a terminal\nhint: ")


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["confg"], "No such command 'confg'. Did you mean 'config'?"),
        (["config", "shwo"], "No such command 'shwo'. Did you mean 'show'?"),
        (["config", "show", "--formt", "json"], "No such option '--formt'. Did you mean '--format'?"),
        (["config", "show", "--format", "xml"], "'xml' is not one of"),
        (["sample", "rows", "--as-of", "tomorrow"], "'tomorrow' is not a day"),
    ],
)
def test_a_usage_error_exits_2_and_suggests_the_way_out(catlog: Catlog, argv: list[str], words: str) -> None:
    code, out, err = catlog(*argv)
    assert (code, out) == (2, "")
    usage, message, hint = err.splitlines()
    assert usage.startswith("Usage: catlog")
    assert message.startswith("catlog: ")
    assert words in message
    assert hint.startswith("hint: catlog")
    assert hint.endswith(" --help")


def test_a_group_without_a_command_prints_its_help_to_standard_error(catlog: Catlog) -> None:
    code, out, err = catlog("config")
    assert (code, out) == (2, "")
    assert "\n  show  Print every setting" in err


def test_an_error_is_one_line_with_a_hint_and_its_candidates_cleaned(catlog: Catlog) -> None:
    assert catlog("sample", "fail", "ambiguous") == (
        3,
        "",
        "catlog: two titles fit\nhint: use the id\n- 1 Naruto\n- 20 Naruto [2J\n",
    )
    assert catlog("sample", "fail", "busy") == (75, "", "catlog: another run holds the lock\n")
    assert catlog("sample", "fail", "config").code == 78


def test_a_command_may_return_its_exit_code(catlog: Catlog) -> None:
    assert catlog("sample", "check") == (ExitCode.CHECK_FAILED, "", "")


def test_hostile_arguments_do_not_reach_the_terminal(catlog: Catlog) -> None:
    for argv in (
        ["\x1b[31m"],
        ["sample", "rows", "--as-of", "\x1b]0;x\x07"],
        ["--\x9b31m"],
        ["sample", "echo", "a\x1b"],
    ):
        _, out, err = catlog(*argv)
        assert all(char.isprintable() or char == "\n" for char in out + err)
    assert catlog("sample", "echo", "\x1b").code == 2


def test_a_confirmation_without_a_terminal_fails_naming_the_option(catlog: Catlog) -> None:
    code, out, err = catlog("sample", "ask")
    assert (code, out) == (64, "")
    assert err.endswith("hint: add --yes\n")
    assert catlog("sample", "ask", "--yes") == (0, "done\n", "")


@pytest.mark.parametrize(("typed", "last"), [("y\n", "done"), ("n\n", "kept")])
def test_a_confirmation_asks_on_a_terminal(typed: str, last: str) -> None:
    code, received = in_terminal([*SAMPLES, "sample", "ask"], typed=typed)
    assert code == 0
    assert "Delete it? [y/N]" in received
    assert received.endswith(f"{last}\n")


def test_the_clock_setting_decides_what_the_future_is(catlog: Catlog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CATLOG_NOW", "2020-02-03T04:05:06Z")
    assert json.loads(catlog("sample", "rows", "--format", "json", "--as-of", "2020-02-03").out)["asOf"] == "2020-02-03"
    code, out, err = catlog("sample", "rows", "--as-of", "2020-02-04")
    assert (code, out) == (2, "")
    assert "2020-02-04 is in the future: today is 2020-02-03 (UTC)" in err

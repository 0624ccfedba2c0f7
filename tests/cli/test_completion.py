"""Completion: the scripts, and what a real bash gets from them."""

import sys

import pytest

from tests.cli.conftest import Catlog
from tests.cli.processes import ROOT, shell


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the lines by which bash finds `catlog` and loads its script."""
    folder = tmp_path_factory.mktemp("bin")
    program = folder / "catlog"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m catlog "$@"\n')
    program.chmod(0o755)
    (folder / "script").write_text(shell('"$@" -m catlog completion bash').stdout)
    return f'PATH="{folder}:$PATH"; source "{folder}/script"; complete -p catlog > /dev/null || exit'


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["conf"], ["config"]),
        (["config", ""], ["path", "show"]),
        (["config", "show", "--f"], ["--format"]),
        (["config", "show", "--format", "j"], ["json"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
        (["--ver"], ["--version"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_bash_completes_through_lazy_groups(prepared: str, words: list[str], offered: list[str]) -> None:
    line = " ".join(f"'{word}'" for word in words)
    ended = shell(
        f"{prepared}; COMP_WORDS=(catlog {line}); COMP_CWORD={len(words)}; _catlog_completion catlog;"
        ' printf "%s\\n" "${COMPREPLY[@]}"'
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.split() == offered


def test_completing_a_command_name_imports_no_command_module() -> None:
    code = (
        "import sys; from catlog.cli.main import run; run([]);"
        "print(*[m for m in sys.modules if m.startswith(('catlog.cli.config', 'catlog.config', 'rich', 'sqlmodel'))])"
    )
    ended = shell(f'"$@" -c "{code}"', _CATLOG_COMPLETE="zsh_complete", COMP_WORDS="catlog co", COMP_CWORD="1")
    assert ended.stdout == (
        "plain\nconfig\nShow settings, with the origin of each value.\n"
        "plain\ncompletion\nPrint the completion script of a shell.\n\n"
    )


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_each_shell_has_a_script(catlog: Catlog, name: str) -> None:
    code, out, err = catlog("completion", name)
    assert (code, err) == (0, "")
    assert f"_CATLOG_COMPLETE={name}_complete" in out


def test_an_unknown_shell_is_a_usage_error(catlog: Catlog) -> None:
    assert catlog("completion", "ksh").code == 2

"""`catlog completion`: the script with which a shell completes commands, options and their values."""

from __future__ import annotations

import click

from catlog.cli.context import Environment, pass_env

VARIABLE = "_CATLOG_COMPLETE"
"""The variable by which the script asks `catlog` for completions."""


_QUOTED = (
    ("read type value", "read -r type value"),
    (
        "COMPREPLY+=($value)",
        r"""[[ ${COMP_WORDS[COMP_CWORD]} == [\"\']* ]] || printf -v value '%q' "$value"
            COMPREPLY+=("$value")""",
    ),
)
"""Lines of click's script for bash, and what takes their place: titles have spaces, which bash alone does not quote."""

_INSTALL = """\b
bash: eval "$(catlog completion bash)"   in ~/.bashrc
zsh:  eval "$(catlog completion zsh)"    in ~/.zshrc
fish: catlog completion fish | source    in ~/.config/fish/config.fish
"""


@click.command(epilog=_INSTALL)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@pass_env
def completion(env: Environment, shell: str) -> None:
    """Print the completion script of a shell.

    With it the shell completes commands, options and their values. Load it as the last lines show.
    """
    from click.shell_completion import get_completion_class

    script = get_completion_class(shell)
    assert script is not None, "click knows these three shells"
    root = click.get_current_context().find_root().command
    source = script(root, {}, "catlog", VARIABLE).source()
    for plain, quoted in _QUOTED if shell == "bash" else ():
        assert plain in source, "click writes this line"
        source = source.replace(plain, quoted)
    env.write(source)

"""`catlog completion`: the script with which a shell completes commands, options and their values."""

from __future__ import annotations

import click

from catlog.cli.context import Environment, pass_env

VARIABLE = "_CATLOG_COMPLETE"
"""The variable in which the script requests completions from `catlog`."""


_BASH = (
    ("read type value", "read -r type value"),
    (
        "    local response\n",
        r"""    local response words=() cword=$COMP_CWORD line=$COMP_LINE index piece before
    for index in "${!COMP_WORDS[@]}"; do
        piece=${COMP_WORDS[index]}
        before=${line%%[^[:space:]]*}
        line=${line#"$before$piece"}
        if [[ -n $COMP_LINE && -z $before && $index -gt 0 && ($piece == : || ${COMP_WORDS[index - 1]} == *:) ]]; then
            words[${#words[@]} - 1]+=$piece
        else
            words+=("$piece")
        fi
        if [[ $index -eq $COMP_CWORD ]]; then cword=$((${#words[@]} - 1)); fi
    done
    local typed=${words[cword]}
""",
    ),
    ('COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD', 'COMP_WORDS="${words[*]}" COMP_CWORD=$cword'),
    (
        "COMPREPLY+=($value)",
        r"""[[ $typed == [\"\']* ]] || printf -v value '%q' "$value"
            [[ $typed == [\"\']* ]] || value=${value#"${typed%"${typed##*:}"}"}
            COMPREPLY+=("$value")""",
    ),
)
"""Parts of click's script for bash, and what takes their place.

Titles have spaces, which bash alone does not quote, and colons, at which bash splits words: the pieces are put together
again, and of what is offered, only what stands behind the last colon takes the place of the last piece.
"""

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
    for plain, quoted in _BASH if shell == "bash" else ():
        assert plain in source, "click writes this line"
        source = source.replace(plain, quoted)
    env.write(source)

"""Every command states the right it needs, and asks for it before anything else happens."""

import io
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from catlog.access import RIGHTS, Right, Role, may
from catlog.cli.context import Environment
from catlog.cli.main import root
from catlog.cli.options import FilePath
from catlog.cli.rights import COMMANDS, commands_of, right_of_command
from catlog.errors import NotAllowedError


def commands(group: click.Group = root, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Yield every command with the words that name it; a group that does something by itself is one too."""
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None, name
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield " ".join((*path, name)), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


ALL = dict(commands())


def test_every_command_states_its_right_and_none_is_made_up() -> None:
    assert set(COMMANDS) == {"", *ALL}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("path", list(ALL))
def test_a_command_asks_before_it_does_anything(path: str, role: Role) -> None:
    """Without any parameter a command could not even begin, so that what is raised tells who was first."""
    env = Environment(io.StringIO(), io.StringIO(), io.StringIO(), environ={"CATLOG_HOME": "/nonexistent"})
    env.role = role
    command = ALL[path]
    above = click.Context(root, info_name="catlog", obj=env)
    for word in path.split()[:-1]:
        above = click.Context(click.Group(word), info_name=word, parent=above)
    assert command.callback is not None
    with click.Context(command, info_name=path.split()[-1], parent=above, obj=env):
        if may(role, right_of_command(path.split())):
            return
        with pytest.raises(NotAllowedError, match="may not"):
            command.callback()


def test_paths_of_files_are_words_for_those_who_may_use_the_machine() -> None:
    for path, command in ALL.items():
        for parameter in command.params:
            assert not isinstance(parameter.type, click.File), path
            assert not isinstance(parameter.type, click.Path) or isinstance(parameter.type, FilePath), path


def test_a_path_is_refused_to_everybody_who_came_in_through_a_door(tmp_path: Path) -> None:
    for role in Role:
        env = Environment(io.StringIO(), io.StringIO(), io.StringIO(), environ={})
        env.role = role
        ctx = click.Context(root, obj=env)
        assert FilePath(allow_dash=True).convert("-", None, ctx) == "-"
        if role is Role.OWNER:
            assert FilePath().convert(str(tmp_path), None, ctx) == str(tmp_path)
        else:
            for kind in (FilePath(), FilePath(allow_dash=True), FilePath(exists=True)):
                with pytest.raises(NotAllowedError):
                    kind.convert(str(tmp_path / "missing"), None, ctx)


def test_what_the_roles_may_command() -> None:
    of = {role: set(commands_of(role)) for role in Role}
    assert of[Role.OWNER] == set(ALL)
    assert of[Role.GUEST] < of[Role.MEMBER] < of[Role.ADMIN] < of[Role.OWNER]
    assert not {
        command for command in of[Role.MEMBER] if command.split()[0] in ("etl", "db", "spark", "config", "admin")
    }
    assert "etl run" in of[Role.ADMIN]
    assert "etl drop-day" not in of[Role.ADMIN]


def test_every_right_is_in_the_table_and_the_owner_has_them_all() -> None:
    assert set(RIGHTS) == set(Right)
    assert all(Role.OWNER in roles for roles in RIGHTS.values())
    assert [right for right, roles in RIGHTS.items() if Role.GUEST in roles] == [Right.READ_CATALOGUE]

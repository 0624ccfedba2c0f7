"""`catlog config`: the settings, with the origin of each value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import click

from catlog.cli.columns import TableColumn
from catlog.cli.context import Environment, pass_env
from catlog.cli.options import format_option
from catlog.cli.output import Format, emit
from catlog.config import SETTINGS


@dataclass(frozen=True, slots=True)
class ShownSetting:
    """One setting as `config show` prints it; `value` is None when it is not set and has no default."""

    setting: str
    value: object
    origin: str
    variable: str


COLUMNS = (
    TableColumn("setting", "setting"),
    TableColumn("value", "value", wrap=True),
    TableColumn("origin", "origin", wrap=True),
)


@click.group()
def config() -> None:
    """Show settings, with the origin of each value."""


@config.command()
@format_option
@pass_env
def show(env: Environment, format: Format) -> None:
    """Print every setting with its value and origin.

    A value comes from the environment, config.toml or the default, the first that has one. Secrets in settings are
    masked. The theme and lines of the keys that are not usable are noted.
    """
    from catlog.cli.setting_problems import setting_problems

    emit(env, format, "config", _settings(env), COLUMNS, record=ShownSetting)
    for problem in setting_problems(env.settings):
        env.note(f"note: {problem}")


@config.command()
@pass_env
def path(env: Environment) -> None:
    """Print the path of config.toml."""
    env.write_text(f"{env.settings.paths.config_file}\n")


def _settings(env: Environment) -> Iterator[ShownSetting]:
    settings = env.settings
    home = settings.paths.config.parent if settings.origins["home"] != "default" else None
    yield ShownSetting("home", home, settings.origins["home"], "CATLOG_HOME")
    for setting in SETTINGS:
        value = getattr(settings, setting.field)
        # An empty list is a setting without a value.
        shown = None if value == () else setting.shown(value)
        yield ShownSetting(setting.field, shown, settings.origins[setting.field], setting.variable)

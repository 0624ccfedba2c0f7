"""`catlog config`: the settings, with the origin of each value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import click

from catlog.cli.columns import Column
from catlog.cli.context import Environment, pass_env
from catlog.cli.options import format_option
from catlog.cli.output import Format, emit
from catlog.config import SETTINGS, mask_password


@dataclass(frozen=True, slots=True)
class ShownSetting:
    """One setting as `config show` prints it; `value` is None when it is not set and has no default."""

    setting: str
    value: object
    origin: str
    variable: str


COLUMNS = (
    Column("setting", "setting"),
    Column("value", "value", wrap=True),
    Column("origin", "origin", wrap=True),
)


@click.group()
def config() -> None:
    """Show settings, with the origin of each value."""


@config.command()
@format_option
@pass_env
def show(env: Environment, format: Format) -> None:
    """Print every setting, its value and where that came from.

    A value comes from the environment, config.toml or the default, the first that has one. Passwords are masked.
    """
    emit(env, format, "config", _settings(env), COLUMNS, record=ShownSetting)


@config.command()
@pass_env
def path(env: Environment) -> None:
    """Print where config.toml is looked for."""
    env.write_text(f"{env.settings.paths.config_file}\n")


def _settings(env: Environment) -> Iterator[ShownSetting]:
    settings = env.settings
    home = settings.paths.config.parent if settings.origins["home"] != "default" else None
    yield ShownSetting("home", home, settings.origins["home"], "CATLOG_HOME")
    for setting in SETTINGS:
        value = getattr(settings, setting.field)
        if setting.field.endswith(("database_url", "spark_target")) and value is not None:
            value = mask_password(value)
        if setting.field == "database_password_command":
            value = f"{value[0]} …" if value else None  # a token may stand among its arguments
        yield ShownSetting(setting.field, value, settings.origins[setting.field], setting.variable)

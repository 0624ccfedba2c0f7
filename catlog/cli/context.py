"""The environment of one command: streams, terminals, colour and settings, in one object that tests swap whole."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec, TextIO, TypeVar

import click

from catlog.access import Right, Role, require, way
from catlog.errors import CatLogError, NeedsTerminalError, NotAllowedError, UnavailableError
from catlog.redaction import redact
from catlog.text import NOTE_LIMIT, clean, harmless, in_ascii

if TYPE_CHECKING:
    from catlog.accounts.sessions import SignedIn
    from catlog.config import Settings
    from catlog.db.session import Database
    from catlog.zones import Zone

P = ParamSpec("P")
R = TypeVar("R")


class Environment:
    """The streams, terminals, settings, database and user of one command.

    `color` None lets the terminal decide (`NO_COLOR` and `TERM` count), False never colours. `options` are the
    settings given as command line options, by field name: they win over environment and config.toml. `role` is the role
    of the caller. `for_people` says that the output is not JSON or CSV: titles are in the user's language.
    """

    def __init__(
        self,
        stdin: TextIO,
        stdout: TextIO,
        stderr: TextIO,
        *,
        color: bool | None = None,
        options: Mapping[str, Any] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr
        self.stdin_is_terminal = stdin.isatty()
        self.stdout_is_terminal = stdout.isatty()
        self.stderr_is_terminal = stderr.isatty()
        self.color = color
        self.options = dict(options or {})
        self.role = Role.OWNER
        self.for_people = True
        self._environ = environ
        self._zone: Zone | None = None

    @classmethod
    def of_process(cls) -> Environment:
        """Return the environment of this process; a closed standard stream is replaced by the null device."""
        return cls(sys.stdin or _null_device("r"), sys.stdout or _null_device("w"), sys.stderr or _null_device("w"))

    @cached_property
    def settings(self) -> Settings:
        """The settings, read on first use, which also starts the clock they name. Raises ConfigError."""
        from catlog import clock
        from catlog.config import load_settings

        settings = load_settings(self._environ, self.options)
        instant = settings.now
        if instant is not None:
            clock.set_source(lambda: instant)
        return settings

    def override_settings(self, **options: object) -> None:
        """Override settings with the options of one command (by field name; None = not given)."""
        self.options |= {name: value for name, value in options.items() if value is not None}
        self.__dict__.pop("settings", None)

    def now(self) -> datetime:
        """Return the current instant by the clock that the settings name."""
        from catlog import clock

        _ = self.settings  # starts that clock
        return clock.now()

    def utc_today(self) -> date:
        """Return the current day in UTC by the same clock: the day of snapshots. A user's day is that of `zone`."""
        from catlog import clock

        _ = self.settings  # starts that clock
        return clock.utc_today()

    def zone(self) -> Zone:
        """Return the time zone of the signed-in user, without one the zone of settings or machine."""
        try:
            return self.signed_in(make_local=False).zone
        except NotAllowedError:
            self._zone = self.settings.zone_of()
            return self._zone

    @cached_property
    def database(self) -> Database:
        """The configured database with a current schema, opened on first use. Raises ConfigError, UnavailableError."""
        from catlog.db.upgrade import make_ready

        return make_ready(self.unready_database, self.settings.paths.backups)

    @cached_property
    def unready_database(self) -> Database:
        """The configured database without an upgrade, for the commands that manage it."""
        from catlog.db.session import Database

        database = Database.configured(self.settings)
        if self.for_people:
            database.titles = self.settings.titles_of()
        return database

    def require(self, right: Right) -> None:
        """Raise NotAllowedError unless the role of the caller has `right`."""
        require(self.role, right)

    def hint_for(self, right: Right, hint: str) -> str:
        """Return `hint` if the role of the caller has `right`, else the hint to ask an administrator."""
        return way(self.role, right, hint)

    @property
    def empty_catalogue_message(self) -> str:
        """The message of a command when the catalogue has no titles."""
        hint = self.hint_for(Right.LOAD_CHARTS, "catlog etl run, or catlog etl import-catalogue FILE")
        return f"the catalogue is empty: {hint}"

    def serve_guest(self, guest: str) -> None:
        """Serve a user whom sshd has authenticated, with a cache folder of their own and the role of a guest."""
        from urllib.parse import quote  # 2 ms that every other command would wait for

        from catlog.config import without_zone_file

        paths = self.settings.paths
        self.role = Role.GUEST
        own = replace(paths, cache=paths.cache / f"guest-{quote(guest, safe='@')}")
        self.settings = without_zone_file(replace(self.settings, guest=guest, paths=own))

    def late_warnings(self) -> Iterator[str]:
        """Yield warnings to print after the command: that a time zone is invalid and another one was used."""
        if self._zone is not None and self._zone.problem:
            yield f"warning: {self._zone.problem}"

    def close(self) -> None:
        """Close the connections; using the database again opens new ones."""
        if "_guest" in self.__dict__:
            from catlog.accounts.identity import end_guest

            end_guest(self.database, self._guest)
            del self._guest
            self.role = Role.GUEST
        if "unready_database" in self.__dict__:
            self.unready_database.close()

    def signed_in(self, *, make_local: bool = True) -> SignedIn:
        """Return the signed-in user. Raises NotAllowedError without one.

        With `make_local` the user of the machine gets a local identity on an embedded database without accounts.
        """
        from catlog.accounts.identity import current_user

        guest = self.settings.guest is not None
        user = self._guest if guest else current_user(self.database, self.settings, make_local=make_local)
        self._zone = user.zone
        if self.for_people:
            self.unready_database.titles = self.settings.titles_of(user.titles)
        return user

    def use_own_titles(self) -> None:
        """Show titles in the language of the signed-in user, in a command that needs nothing else of them."""
        if self.for_people:
            self.viewer_id()

    def viewer_id(self) -> int | None:
        """Return the id of the signed-in user, None without one."""
        try:
            return self.signed_in(make_local=False).user_id
        except NotAllowedError:
            return None

    @cached_property
    def _guest(self) -> SignedIn:
        from catlog.accounts.identity import session_of_guest

        assert self.settings.guest is not None, "`signed_in` checks that there is a guest"
        guest = session_of_guest(self.database, self.settings, self.settings.guest)
        self.role = guest.role
        return guest

    @cached_property
    def ascii(self) -> bool:
        """Whether to draw with ASCII alone: the setting says so, or the output cannot carry more."""
        encoding = (getattr(self.stdout, "encoding", None) or "utf-8").lower().replace("-", "").replace("_", "")
        return self.settings.ascii or not encoding.startswith("utf")

    def write(self, data: str) -> None:
        """Write data to standard output, in UTF-8 whatever the locale says.

        A pipe gets the data unchanged, a terminal without control characters. A closed pipe raises
        BrokenPipeError, which ends the program silently; a full disk UnavailableError.
        """
        # A lone surrogate, which UTF-8 cannot carry, is written the way JSON escapes it.
        self._write(harmless(data) if self.stdout_is_terminal else data, "utf-8", "backslashreplace")

    def write_text(self, text: str) -> None:
        """Write text to standard output, without control characters.

        Characters that its encoding lacks become `?`.
        """
        self.write_drawn(harmless(text))

    def write_drawn(self, text: str) -> None:
        """Write lines with colours: only output that Rich has drawn from cleaned text."""
        self._write(self._ascii_if_set(text), getattr(self.stdout, "encoding", None) or "utf-8", "replace")

    def _write(self, text: str, encoding: str, errors: str) -> None:
        binary = getattr(self.stdout, "buffer", None)
        try:
            if binary is None:
                self.stdout.write(text)
            else:
                self.stdout.flush()
                binary.write(text.encode(encoding, errors))
                binary.flush()
        except BrokenPipeError:
            raise
        except OSError as problem:
            raise UnavailableError(f"the output cannot be written: {problem.strerror}") from None

    def note(self, text: str) -> None:
        """Write one line, cleaned but for its indent, to standard error: notes and warnings never touch the data.

        Secrets of the settings are masked.
        """
        indent = " " * (len(text) - len(text.lstrip(" ")))
        self.stderr.write(f"{indent}{self._ascii_if_set(clean(redact(text), limit=NOTE_LIMIT))}\n")
        self.stderr.flush()

    def _ascii_if_set(self, text: str) -> str:
        """Return the text in ASCII if the setting `ascii` is on; unreadable settings count as off."""
        if text.isascii():
            return text
        try:
            ascii_only = self.settings.ascii
        except CatLogError:
            return text
        return in_ascii(text) if ascii_only else text

    def confirm(self, question: str, *, yes: bool) -> bool:
        """Prompt for yes or no on the terminal; `yes` (the option `--yes`) skips the prompt.

        Raises NeedsTerminalError without a terminal.
        """
        if yes:
            return True
        if not self.stdin_is_terminal:
            message = f"{question} No prompt is possible: standard input is not a terminal"
            raise NeedsTerminalError(message, hint="add --yes")
        return click.confirm(clean(question), err=True)


def pass_env(command: Callable[Concatenate[Environment, P], R]) -> Callable[P, R]:
    """Pass the current `Environment` to a command as its first argument, after checking the right to run it."""
    from catlog.cli.rights import right_of_command

    @click.pass_context
    @wraps(command)
    def checked(ctx: click.Context, /, *args: P.args, **kwargs: P.kwargs) -> R:
        env = ctx.find_object(Environment)
        assert env is not None, "`run` makes one for every command"
        env.for_people = kwargs.get("format", "table") == "table"
        env.require(right_of_command(ctx.command_path.split()[1:]))
        return command(env, *args, **kwargs)

    return checked


def _null_device(mode: Literal["r", "w"]) -> TextIO:
    return open(os.devnull, mode, encoding="utf-8")  # noqa: PTH123 - lives as long as the process

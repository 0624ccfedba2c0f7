"""Settings, each with the origin of its value: option, environment, config.toml, default.

No other module reads the environment. A wrong value raises `ConfigError` naming the setting and its origin.
"""

from __future__ import annotations

import difflib
import os
import re
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from catlog import redaction
from catlog.errors import ConfigError, InvalidArgumentError
from catlog.ownership import read_own
from catlog.paths import Paths, paths_under, user_paths
from catlog.title_language import TitleLanguage
from catlog.zones import Zone, checked_zone

DEFAULT_SOURCES = ("https://api.tenrai.org/v1", "https://api.jikan.moe/v4")
"""Jikan v4 instances in order of preference."""

OWN_THEMES = ("dark", "light", "contrast", "safe", "mono")
"""The app's own themes; `safe` is for colour-blind users, `mono` has no colours."""

TEXTUAL_THEMES = (
    "nord",
    "gruvbox",
    "catppuccin-mocha",
    "catppuccin-latte",
    "dracula",
    "tokyo-night",
    "monokai",
    "flexoki",
    "solarized-dark",
    "solarized-light",
    "rose-pine",
    "rose-pine-dawn",
    "atom-one-dark",
    "atom-one-light",
)
"""Textual's themes that the app offers too."""

THEMES = (*OWN_THEMES, *TEXTUAL_THEMES)
"""All themes of the app."""

POSTERS = ("half-block", "graphics", "off")
"""How covers are drawn; graphics need the extra `posters`."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one process. `origins` has the origin of each field's value.

    Fields that may hold a secret (`Setting.seen`) are not in the `repr`.

    Some fields come from the environment alone: `ssh_client` and `ssh_command`, the address and the command of an SSH
    connection, from sshd; `term`, the kind of terminal; `no_color`; and `machine_zone`, the variable TZ. `guest` is the
    user of `catlog ssh-entry`, who has no access to files of this machine. `problems` are sentences on settings of the
    look that are not usable and have their defaults.
    """

    paths: Paths
    database_url: str = field(repr=False)
    database_password_command: tuple[str, ...] = field(default=(), repr=False)
    jikan_urls: tuple[str, ...] = field(default=DEFAULT_SOURCES, repr=False)
    jikan_rate: float = 1.0
    jikan_backoff: float = 1.0
    motion: str = "full"
    ascii: bool = False
    theme: str = "dark"
    posters: str = "half-block"
    keys: Mapping[str, str] = field(default_factory=dict)
    lock_after: float = 0.0
    spark_target: str = field(default="local[*]", repr=False)
    spark_memory: str = ""
    spark_read: str = "parquet"
    spark_jdbc_jar: str = ""
    timezone: str | None = None
    titles: str = TitleLanguage.ROMAJI.value
    now: datetime | None = None
    web_database_url: str | None = field(default=None, repr=False)
    ssh_client: str | None = None
    ssh_command: str | None = None
    guest: str | None = None
    term: str = ""
    no_color: bool = False
    machine_zone: str | None = None
    origins: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def zone_of(self, account: str | None = None) -> Zone:
        """Return the zone of a user, given that of their account where it has one."""
        return Zone(account, self.timezone, self.machine_zone)

    def titles_of(self, account: str | None = None) -> TitleLanguage:
        """Return the language of titles of a user, given that of their account; an unknown one counts as none."""
        return TitleLanguage(account if account in set(TitleLanguage) else self.titles)


@dataclass(frozen=True, slots=True)
class Setting:
    """The name, parser, help and display of one setting.

    `parse` raises ValueError, whose text quotes nothing of the value. A setting that may hold a secret has `seen`: it
    returns the visible part of a valid value; an invalid value is never shown. An invalid value of `look` outside the
    command line is a notice, no refusal.
    """

    field: str
    parse: Callable[[object], object]
    help: str
    seen: Callable[[Any], object] | None = None
    look: bool = False

    @property
    def variable(self) -> str:
        """The environment variable of this setting."""
        return f"CATLOG_{self.field.upper()}"

    def shown(self, value: object) -> object:
        """Return the visible part of a valid value; None without one."""
        return self.seen(value) if self.seen is not None and value else value

    def named(self, raw: object) -> str:
        """Return the name for the message about an invalid value, with the value if it is no secret."""
        is_open = self.seen is None and redaction.is_harmless(str(raw))
        return f"{self.field} {str(raw)[:80]!r}" if is_open else self.field


def _database_url(value: object) -> str:
    text = str(value).strip()
    if text.startswith("postgres://"):
        text = "postgresql" + text.removeprefix("postgres")
    if text.startswith("postgresql://"):
        text = "postgresql+psycopg" + text.removeprefix("postgresql")
    if text.startswith("postgresql+") and not text.startswith("postgresql+psycopg:"):
        raise ValueError("expected postgresql+psycopg://USER@HOST/NAME: psycopg is the driver that CatLog uses")
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("expected sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME")
    if re.match(r"sqlite:///.*(://|:.*@)", text, re.DOTALL):
        raise ValueError("that reads like the address of a server, and sqlite:/// takes the path of a file")
    return text


def _command(value: object) -> tuple[str, ...]:
    import shlex  # only where there is one

    words = value if isinstance(value, list) else shlex.split(str(value))
    if not words or not all(isinstance(word, str) and "\0" not in word for word in words) or not words[0]:
        raise ValueError("expected a program and its arguments, as in ['pass', 'show', 'catlog']")
    return tuple(words)


def _urls(value: object) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else str(value).split(",")
    urls = tuple(str(part).strip().rstrip("/") for part in parts if str(part).strip())
    if not urls:
        raise ValueError("expected at least one URL")
    for url in urls:
        # Any other character may belong to a user name, a password or a key.
        if not re.fullmatch(r"https?://([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?(/[\w.~-]+)*", url, re.IGNORECASE):
            raise ValueError("expected http:// or https:// URLs of a plain host and path, separated by commas")
    return urls


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        raise ValueError("expected a number") from None


def _rate(value: object) -> float:
    rate = _number(value)
    if not 0 < rate <= 1000:
        raise ValueError("expected requests per second above 0 and at most 1000 (3 count for a public instance)")
    return rate


def _backoff(value: object) -> float:
    seconds = _number(value)
    if not 0 <= seconds <= 60:
        raise ValueError("expected seconds from 0 to 60")
    return seconds


def _motion(value: object) -> str:
    if value not in ("full", "reduced", "off"):
        raise ValueError("expected full, reduced or off")
    return str(value)


def _posters(value: object) -> str:
    if value not in POSTERS:
        raise ValueError(f"expected {', '.join(POSTERS[:-1])} or {POSTERS[-1]}")
    return str(value)


def _theme(value: object) -> str:
    if value not in THEMES:
        raise ValueError(f"expected {', '.join(THEMES[:-1])} or {THEMES[-1]}")
    return str(value)


def _keys(value: object) -> dict[str, str]:
    pairs = list(_flat("", value)) if isinstance(value, Mapping) else [_pair(part) for part in _parts(str(value))]
    if not all(name and keys for name, keys in pairs):
        raise ValueError("expected actions with their keys, such as app.undo = 'ctrl+z'")
    return dict(pairs)


def _flat(prefix: str, table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    # TOML reads `app.undo = "ctrl+z"` as nested tables.
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(f"{prefix}{name}.", value)
        else:
            yield f"{prefix}{name}", ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _parts(text: str) -> list[str]:
    return [part for part in text.split(";") if part.strip()]


def _pair(text: str) -> tuple[str, str]:
    name, _, keys = text.partition("=")
    return name.strip(), keys.strip()


def _minutes(value: object) -> float:
    minutes = _number(value)
    if not 0 <= minutes <= 1440:
        raise ValueError("expected minutes from 0 (never) to 1440")
    return minutes


def spark_target(value: object) -> str:
    """Return the validated address of a Spark. Raises ValueError."""
    target = str(value).strip()
    if not re.fullmatch(redaction.SPARK, target):
        parameters = "; parameters of sc:// begin with /; and user names are none of them" if "sc:" in target else ""
        raise ValueError(f"expected local[N], spark://HOST:PORT, sc://HOST:PORT or databricks{parameters}")
    return target


def is_connect_here(target: str) -> bool:
    """Say whether the address is a Connect server on this machine: no other gets this user's token."""
    parts = re.fullmatch(redaction.SPARK, target)
    if parts is None or parts["host"] is None or ";token=" in (parts["parameters"] or "").lower():
        return False
    from ipaddress import ip_address, ip_network

    host = parts["host"].lower().strip("[]")
    try:
        return any(ip_address(host) in ip_network(network) for network in ("127.0.0.0/8", "::1/128"))
    except ValueError:
        return host == "localhost"


def spark_memory(value: object) -> str:
    """Return a validated size for Spark. Raises ValueError."""
    if not re.fullmatch("[1-9][0-9]*[mg]", str(value)):
        raise ValueError("expected a size as in 2g or 800m")
    return str(value)


def _spark_read(value: object) -> str:
    if value not in ("parquet", "jdbc", "python"):
        raise ValueError("expected parquet, jdbc or python")
    return str(value)


def _flag(value: object) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if str(value).strip().lower() not in words:
        raise ValueError("expected 1 or 0")
    return words[str(value).strip().lower()]


def _timezone(value: object) -> str:
    try:
        return checked_zone(str(value))
    except InvalidArgumentError as problem:
        raise ValueError(f"there is no such time zone; {problem.hint}") from None


def _titles(value: object) -> str:
    if value not in set(TitleLanguage):
        raise ValueError("expected romaji, english or native")
    return str(value)


def _path(value: object) -> str:
    if not redaction.is_harmless(str(value)):
        raise ValueError("expected the path of a file, not a URL")
    return str(value)


def _instant(value: object) -> datetime:
    try:
        parsed = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError("expected an instant, as in 2026-11-22T10:00:00Z") from None
    if not 1970 <= parsed.year < 9000:
        raise ValueError("expected an instant between 1970 and 9000")  # days before and after it must be possible
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "database_url",
        _database_url,
        "database; default: an SQLite file in the data folder",
        seen=redaction.seen_of_database,
    ),
    Setting(
        "database_password_command",
        _command,
        "prints the password of the database, where `database_url` has none: a list of words, or one line that is "
        "divided as a shell would, and run without one",
        seen=redaction.seen_of_command,
    ),
    # A valid URL has no user name, no password and no key.
    Setting("jikan_urls", _urls, "Jikan v4 instances, in order of preference", seen=tuple),
    Setting("jikan_rate", _rate, "requests per second to the data source; a public one is never sent more than 3"),
    Setting("jikan_backoff", _backoff, "longest first wait before a failed request is sent again, in seconds"),
    Setting("motion", _motion, "animation: full, reduced or off"),
    Setting("ascii", _flag, "draw with ASCII characters only"),
    Setting("posters", _posters, "covers in the app: half-block, graphics (kitty's protocol or sixel) or off"),
    Setting("theme", _theme, f"colours of the app: {', '.join(THEMES)}", look=True),
    Setting(
        "keys",
        _keys,
        "keys of the app by action (docs/keys.md): a table, or `app.undo=ctrl+z; list.edit=f2`",
        look=True,
    ),
    Setting(
        "lock_after", _minutes, "minutes without a key until the app locks or, without a password, ends; 0 is never"
    ),
    Setting(
        "web_database_url",
        _database_url,
        "database of the web CatLog, for `catlog db import-web` alone",
        seen=redaction.seen_of_database,
    ),
    Setting(
        "spark_target",
        spark_target,
        "where Spark runs: local[N], spark://HOST:PORT, sc://HOST:PORT, databricks",
        seen=redaction.seen_of_spark,
    ),
    Setting("spark_memory", spark_memory, "memory of Spark on this machine, as in 4g; default: Spark's own 1g"),
    Setting("spark_read", _spark_read, "how Spark reads rankings: parquet (the frozen files), jdbc or python"),
    Setting("spark_jdbc_jar", _path, "jar of PostgreSQL's JDBC driver, for jdbc"),
    Setting("timezone", _timezone, "time zone for days and times, such as Europe/Berlin; default: this machine's"),
    Setting("titles", _titles, "language of titles: romaji, english or native; an account may choose another"),
    Setting("now", _instant, "a fixed current time (ISO 8601), for tests and demonstrations"),
)
"""Every setting but CATLOG_HOME, which must be known before config.toml can be found."""


def load_settings(environ: Mapping[str, str] | None = None, options: Mapping[str, Any] | None = None) -> Settings:
    """Read all settings; `options` (by field name, None = not given) take precedence."""
    env = os.environ if environ is None else environ
    home = env.get("CATLOG_HOME", "").strip()
    paths = paths_under(Path(home).expanduser().absolute()) if home else user_paths()
    origins = {"home": "environment CATLOG_HOME" if home else "default"}
    stored = _read_file(paths.config_file)
    values: dict[str, Any] = {}
    hidden: list[tuple[str, str]] = []
    problems: list[str] = []
    for setting in SETTINGS:
        found = _find(setting, env, options or {}, stored, paths.config_file)
        if found is None:
            origins[setting.field] = "default"
            continue
        raw, origin = found
        origins[setting.field] = origin
        try:
            values[setting.field] = setting.parse(raw)
        except (ValueError, TypeError) as problem:
            sentence = f"{setting.named(raw)} from {origin} is not usable: {problem}"
            if not setting.look or origin.startswith("option "):
                raise ConfigError(sentence) from None
            problems.append(sentence)
            continue
        if setting.seen is not None:
            hidden.append((_written(raw), _written(setting.seen(values[setting.field]))))
    redaction.set_hidden(hidden)
    values.setdefault("database_url", f"sqlite:///{paths.default_database}")
    values |= {
        "ssh_client": env.get("SSH_CONNECTION", "").partition(" ")[0] or None,
        "ssh_command": env.get("SSH_ORIGINAL_COMMAND"),
        "term": env.get("TERM", ""),
        "no_color": bool(env.get("NO_COLOR")),
        "machine_zone": env.get("TZ"),
    }
    return Settings(paths=paths, origins=origins, problems=tuple(problems), **values)


def without_zone_file(settings: Settings) -> Settings:
    """Return settings under which TZ opens no file: where it comes from elsewhere, it may be the path of any."""
    zone = settings.machine_zone
    if zone is None or not zone.removeprefix(":").startswith("/"):
        return settings
    if os.environ.pop("TZ", None) is not None:
        time.tzset()  # the C library reads it too
    return replace(settings, machine_zone=None)


def usable_database_url(url: str, origin: str) -> str:
    """Return `url` in the form of the database layer. Raises ConfigError naming `origin`."""
    try:
        redaction.hide_unseen(url, redaction.seen_of_database(usable := _database_url(url)))
        return usable
    except ValueError as problem:
        raise ConfigError(f"the database URL from {origin} is not usable: {problem}") from None


def database_identity(url: str) -> str:
    """Return a hash that identifies the database of a URL, whatever its password is."""
    import hashlib

    scheme, separator, rest = url.partition("://")
    if separator and scheme != "sqlite":
        # Names of files contain it: another rule would lose the pending edits.
        credentials, at, host = re.sub(r"(?i)(\w*pass\w*|token)=[^&;]*", r"\1=***", rest).rpartition("@")
        user, colon, _ = credentials.partition(":")
        url = f"{scheme}://{user}{':***' if colon else ''}{at}{host}"
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def _written(raw: object) -> str:
    return "\n".join(map(str, raw)) if isinstance(raw, list | tuple) else str(raw)


def _find(
    setting: Setting,
    env: Mapping[str, str],
    options: Mapping[str, Any],
    stored: Mapping[str, Any],
    file: Path,
) -> tuple[Any, str] | None:
    if options.get(setting.field) is not None:
        return options[setting.field], f"option --{setting.field.replace('_', '-')}"
    if env.get(setting.variable, "") != "":
        return env[setting.variable], f"environment {setting.variable}"
    if setting.field in stored:
        return stored[setting.field], str(file)
    return None


def _read_file(file: Path) -> dict[str, Any]:
    try:
        stored = tomllib.loads(read_own(file, linked=True).decode("utf-8"))
    except FileNotFoundError:
        return {}
    except (UnicodeDecodeError, RecursionError) as problem:
        reason = "it is not UTF-8" if isinstance(problem, ValueError) else "it is nested too deep"
        raise ConfigError(f"{file} is not valid TOML: {reason}") from None
    except tomllib.TOMLDecodeError as problem:
        raise ConfigError(f"{file} is not valid TOML: {_place_in_toml(problem)}") from None
    except OSError as problem:
        raise ConfigError(f"{file} cannot be read: {problem.strerror}") from None
    known = [setting.field for setting in SETTINGS]
    for key in stored:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"known settings: {', '.join(known)}"
            named = f" {key!r}" if re.fullmatch(r"[\w-]{1,40}", key) else ", which is no name of one"
            raise ConfigError(f"{file} has an unknown setting{named}", hint=hint)
    return stored


def _place_in_toml(problem: tomllib.TOMLDecodeError) -> str:
    """Return the error without quoted names: a value without its quotes looks like one."""
    return re.sub(r"(?s)\((['\"]).*\1,?\)|(['\"]).{2,}\2(?=[ )])", "…", str(problem))

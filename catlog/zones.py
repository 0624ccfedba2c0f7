"""Time zones of users.

Two kinds of days never mix. A snapshot belongs to a day in UTC, `clock.utc_today()`. A user's action belongs to a day
in the user's zone: `Zone.today()` for now, `Zone.day_of(instant)` for other instants. CatLog stores instants, so that
after a move to another zone all past actions are shown by the days of the new zone.
"""

from __future__ import annotations

import io
import os
import struct
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

from catlog import clock
from catlog.errors import InvalidArgumentError
from catlog.ownership import open_plain

LOCALTIME = Path("/etc/localtime")
"""The zone of this machine, where the variable TZ does not name one."""

_FOLDER = "zoneinfo/"
_UTC_NAMES = frozenset(("UTC", "Etc/UTC"))
_NO_PLACES = ("right/", "posix/", "posixrules", "localtime", "Factory")
"""Files of the zone folder that are no zones, count leap seconds, or differ between machines."""

_AMERICAN_RULE = ",M3.2.0,M11.1.0"
"""The C library's default for a POSIX rule that names summer time without its dates."""


class _Found(NamedTuple):
    name: str
    origin: str
    info: tzinfo
    problem: str = ""


@dataclass(frozen=True)
class Zone:
    """A user's time zone: the first of three that is given. It is looked up on first use.

    `own` is that of the account, or of a single command; `setting` the setting `timezone`; `machine` the
    variable TZ. Without any it is that of `LOCALTIME`, or UTC where there is no such file.
    """

    own: str | None = None
    setting: str | None = None
    machine: str | None = None

    @property
    def name(self) -> str:
        """The zone's name, such as Europe/Berlin; a POSIX rule or a file where the machine has no name for it."""
        return self._found.name

    @property
    def origin(self) -> str:
        """The origin: account, setting, TZ, the file of the machine, or default."""
        return self._found.origin

    @property
    def info(self) -> tzinfo:
        """The zone as a `tzinfo`."""
        return self._found.info

    @property
    def problem(self) -> str:
        """Why another zone than the requested one is used, in words; "" otherwise, and before the first use."""
        return self._found.problem if "_found" in self.__dict__ else ""

    def today(self) -> date:
        """Return the current day in this zone."""
        return self.day_of(clock.now())

    def day_of(self, instant: datetime) -> date:
        """Return the day of an aware instant in this zone."""
        return self.local(instant).date()

    def local(self, instant: datetime) -> datetime:
        """Return an aware instant in this zone; unchanged in the first and last hours that `datetime` has.

        Files that leave a time out write the year 1, and west of UTC there is no day before it.
        """
        try:
            return instant.astimezone(self._found.info)
        except OverflowError:
            return instant

    def begin_of(self, day: date) -> datetime:
        """Return the instant, in UTC, at which a day begins in this zone."""
        try:
            return datetime.combine(day, time.min, self.info).astimezone(UTC)
        except OverflowError:
            return datetime.combine(day, time.min, UTC)

    @cached_property
    def _found(self) -> _Found:
        problem = ""
        if self.own is not None:
            info = _named(self.own)
            if info is not None:
                return _Found(self.own, "account", info)
            problem = f"the time zone {self.own!r} is not known on this machine"
        if self.setting is not None and (info := _named(self.setting)) is not None:
            return _Found(self.setting, "setting", info, problem)
        found = _of_machine(self.machine, LOCALTIME)
        return found._replace(problem=problem or found.problem)


UTC_ZONE = Zone(own="UTC")
"""The zone for work that belongs to no user."""


def checked_zone(name: str) -> str:
    """Return the name of a zone as the zone folder spells it. Raises InvalidArgumentError for an unknown one."""
    wanted = name.strip()
    if wanted and _named(wanted) is not None:
        return wanted
    import difflib
    from zoneinfo import available_timezones

    known = {zone.casefold(): zone for zone in available_timezones() if not zone.startswith(_NO_PLACES)}
    spelled = wanted.casefold().replace(" ", "_")
    if spelled in known:
        return known[spelled]
    cities = {zone.rpartition("/")[2]: zone for zone in known}
    near = [cities[spelled]] if spelled in cities else difflib.get_close_matches(spelled, known, 1)
    # The zones Etc/GMT+2 have the opposite sign: GMT+2 means another one.
    is_offset = any(sign in wanted for sign in "+-") and any(digit.isdecimal() for digit in wanted)
    named = bool(near) and not is_offset
    hint = f"did you mean {known[near[0]]}?" if named else "name it as in Europe/Berlin, Asia/Tokyo or UTC"
    raise InvalidArgumentError(f"there is no time zone {wanted[:60]!r}", hint=hint)


@lru_cache(maxsize=64)
def _named(name: str) -> tzinfo | None:
    """Return the zone with this name, None where the zone folder has none."""
    if name in _UTC_NAMES:
        return UTC
    if name.startswith(_NO_PLACES):
        return None
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return None


def _of_machine(variable: str | None, localtime: Path) -> _Found:
    """Return the zone of this machine; UTC and the problem where it cannot be read."""
    if variable is not None:
        return _of_variable(variable.removeprefix(":"))
    try:
        target = str(localtime.readlink()) if localtime.is_symlink() else ""
        name = target.rpartition(_FOLDER)[2] if _FOLDER in target else ""
        if name and (info := _named(name)) is not None:
            return _Found(name, str(localtime), info)
        return _Found(str(localtime), str(localtime), _of_file(localtime))
    except FileNotFoundError:
        return _Found("UTC", "default", UTC)
    except (OSError, ValueError):
        return _Found("UTC", "default", UTC, f"{localtime} cannot be read as a time zone: days are those of UTC")


def _of_variable(value: str) -> _Found:
    if not value:  # an empty TZ means UTC, as for every other program
        return _Found("UTC", "TZ", UTC)
    if not value.startswith("/") and (info := _named(value)) is not None:
        return _Found(value, "TZ", info)
    try:
        return _Found(value, "TZ", _of_file(Path(value)) if value.startswith("/") else _of_rule(value))
    except (OSError, ValueError):
        return _Found("UTC", "default", UTC, f"TZ={value[:60]!r} names no time zone: days are those of UTC")


def _of_file(file: Path) -> tzinfo:
    from zoneinfo import ZoneInfo

    with os.fdopen(open_plain(file), "rb") as opened:
        return ZoneInfo.from_file(opened, key=str(file))


def _of_rule(rule: str) -> tzinfo:
    """Return the zone of a POSIX rule such as CET-1CEST,M3.5.0,M10.5.0/3. Raises ValueError."""
    from zoneinfo import ZoneInfo

    # A zone file without transitions ends with such a rule, which then always holds.
    head = b"TZif2" + bytes(15) + struct.pack(">6l", 0, 0, 0, 0, 1, 4)
    block = head + struct.pack(">lbb", 0, 0, 0) + b"UTC\0"
    for ending in ("", _AMERICAN_RULE):
        try:
            text = f"{rule}{ending}".encode("ascii")
            return ZoneInfo.from_file(io.BytesIO(block + block + b"\n" + text + b"\n"), key=rule)
        except ValueError:
            if ending or "," in rule:
                raise
    raise AssertionError("the loop returns or raises")

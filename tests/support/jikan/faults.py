"""Scripted faults as small data: `429*3`, `slow=1.5`, `500@page=2`, `retyped=0.3@/top/anime`.

A fault is `NAME[=VALUE][*TIMES][@CONDITION]…`. It fires each time its conditions hold, at most TIMES times (for ever
without one). Conditions: `@page=2`, `@/anime` or `@path=/anime` (the path begins so), `@after=3` (not on the first
three requests that match). A status code alone is a fault: `504*2`. At most one fault of a list refuses a request, the
first that can, so `429*3` and `504*2` together are five failures in that order; all others add up.
"""

import re
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from tests.support.jikan.answer import Request


class FaultError(ValueError):
    """A fault that nobody knows, or with a value that makes no sense."""


class Role(Enum):
    """What a fault does to a request: delays, refuses, spoils the answer, or moves the list behind it."""

    WAIT = "wait"
    REFUSE = "refuse"
    SPOIL = "spoil"
    MOVE = "move"


@dataclass(frozen=True)
class Kind:
    """A kind of fault: its role, the value when none is given, and what it does, in words."""

    role: Role
    value: str
    does: str


KINDS: dict[str, Kind] = {
    "slow": Kind(Role.WAIT, "1", "waits VALUE seconds before the answer"),
    "held": Kind(Role.WAIT, "", "waits before the answer until the test releases it, also one that is asked again"),
    "NNN": Kind(Role.REFUSE, "", "answers with that status (400 to 599) and the body that goes with it"),
    "429-storm": Kind(Role.REFUSE, "", "answers 429 to two of every three requests"),
    "rate": Kind(Role.REFUSE, "1.2", "answers 429 to a request within VALUE seconds of the last one let through"),
    "retry-after": Kind(Role.REFUSE, "2", "answers 429 with Retry-After in VALUE seconds"),
    "retry-after-date": Kind(Role.REFUSE, "2", "the same with Retry-After as a date"),
    "status-string": Kind(Role.REFUSE, "503", "answers with status VALUE, a string in the body"),
    "403-no-agent": Kind(Role.REFUSE, "", "answers 403 to a client without a User-Agent of its own"),
    "redirect": Kind(Role.REFUSE, "http://elsewhere.invalid/v4", "answers 302 to this base address or path"),
    "html": Kind(Role.REFUSE, "", "answers 200 with an HTML page"),
    "deep": Kind(Role.REFUSE, "10000", "answers 200 with JSON nested VALUE deep"),
    "bomb": Kind(Role.REFUSE, "200", "answers 200 with a gzip of about 0.2 MB that inflates to VALUE MB"),
    "dead": Kind(Role.REFUSE, "", "closes the connection without an answer"),
    "reset": Kind(Role.REFUSE, "", "resets the connection without an answer"),
    "cut": Kind(Role.SPOIL, "", "sends half of the body it promised, and closes"),
    "drip": Kind(Role.SPOIL, "0.05", "sends the body in pieces of 1,000 bytes, VALUE seconds apart"),
    "chunked": Kind(Role.SPOIL, "", "sends the body chunked, without a length"),
    "truncated": Kind(Role.SPOIL, "", "ends the JSON in the middle; the length is right"),
    "nan": Kind(Role.SPOIL, "", "has NaN and Infinity for scores"),
    "nomalid": Kind(Role.SPOIL, "0.3", "that share of the entries has no usable mal_id"),
    "notitle": Kind(Role.SPOIL, "0.3", "that share of the entries has no usable title"),
    "retyped": Kind(Role.SPOIL, "0.3", "that share of the entries has one other field null, gone or of a wrong type"),
    "unknown": Kind(Role.SPOIL, "1", "that share of the entries has fields nobody has heard of"),
    "repeat": Kind(Role.SPOIL, "", "has the first entry of the page twice"),
    "empty": Kind(Role.SPOIL, "", "has no data, and the pagination still says there is more"),
    "nopagination": Kind(Role.SPOIL, "", "leaves the pagination out"),
    "date": Kind(Role.SPOIL, "-48", "has a Date that is VALUE hours away from now"),
    "age": Kind(Role.SPOIL, "48", "has a Date VALUE hours ago, and an Age that says a cache had it for so long"),
    "modified": Kind(Role.SPOIL, "-12", "has a Last-Modified that is VALUE hours away from now"),
    "short": Kind(Role.SPOIL, "7", "has only the first VALUE entries of the page"),
    "stale": Kind(Role.SPOIL, "", "has X-Cache-Status: STALE and an Expires in the past"),
    "badgzip": Kind(Role.SPOIL, "", "says gzip over a body that is not"),
    "badutf8": Kind(Role.SPOIL, "", "has bytes in the JSON that are no UTF-8"),
    "big": Kind(Role.SPOIL, "3", "pads the body to VALUE MB and does not compress it"),
    "ties": Kind(Role.MOVE, "", "orders equal scores anew on each page of the ranking: ids repeat and vanish"),
    "shift": Kind(Role.MOVE, "3", "moves the ranking by VALUE places after the page was served; once unless told"),
}
_TEXT_VALUES = {"redirect"}
_LIBRARY_AGENTS = re.compile(
    r"\s*$|python-(httpx|requests|urllib)|aiohttp|curl|wget|go-http-client|java/", re.IGNORECASE
)


@dataclass(frozen=True)
class Fault:
    """One fault of a script; `text` is how it was written, `status` is set for those that answer with one."""

    text: str
    name: str
    kind: Kind
    value: str
    times: int | None = None
    path: str = ""
    page: int | None = None
    after: int = 0

    @property
    def number(self) -> float:
        """The value as a number; 0 where the kind has none."""
        return float(self.value) if self.value and self.name not in _TEXT_VALUES else 0.0

    def concerns(self, request: Request) -> bool:
        """Tell whether the path and the page are those of the conditions."""
        paged = self.page is None or request.page == str(self.page)
        moves = self.kind.role is Role.MOVE
        return paged and request.path.startswith(self.path) and (not moves or request.path == "/top/anime")


def parse_fault(text: str) -> Fault:
    """Return the fault that `text` names. Raises FaultError, which lists what there is."""
    plain = re.sub(r"^permanent[ -=]", "", text.strip())
    head, *rest = re.findall(r"[*@]?[^*@]+", plain) or [""]
    name, _, value = head.partition("=")
    status = re.fullmatch(r"[45]\d\d", name)
    kind = KINDS["NNN"] if status else KINDS.get(name)
    if kind is None:
        raise FaultError(f"no fault '{text}': there are a status code, {', '.join(sorted(KINDS.keys() - {'NNN'}))}")
    times, conditions = 1 if name == "shift" else None, {"path": "", "page": "", "after": "0"}
    for part in rest:
        key, sign, setting = part[1:].partition("=")
        if part[0] == "*" and part[1:].isdigit():
            times = int(part[1:])
        elif part.startswith("@/"):
            conditions["path"] = part[1:]
        elif sign and key in conditions and (key == "path" or setting.isdigit()):
            conditions[key] = setting
        else:
            raise FaultError(f"'{part}' in '{text}' is neither *TIMES nor @page=, @path=, @/…, @after=")
    page = int(conditions["page"]) if conditions["page"] else None
    value = name if status else value or kind.value
    fault = Fault(text, name, kind, value, times, conditions["path"], page, int(conditions["after"]))
    try:
        _ = fault.number
    except ValueError:
        raise FaultError(f"the value '{value}' in '{text}' is not a number") from None
    return fault


@dataclass(frozen=True)
class Plan:
    """What the script has in store for one request: seconds to wait, or (`held`) to wait for a release."""

    wait: float
    held: bool
    refusal: Fault | None
    spoils: tuple[Fault, ...]
    moves: tuple[Fault, ...]


class FaultScript:
    """The faults of a server in order, and how often each was met and fired. Safe to use from several threads."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._lock = threading.Lock()
        self._let_through = float("-inf")
        self.fired: Counter[str] = Counter()
        self._met: Counter[int] = Counter()
        self._spent: Counter[int] = Counter()
        self._faults = [parse_fault(text) for text in texts]

    def plan(self, request: Request) -> Plan:
        """Decide what happens to a request, and count it."""
        with self._lock:
            waits = self._firing(request, Role.WAIT)
            refusals = self._firing(request, Role.REFUSE, most=1)
            if not refusals:
                self._let_through = max(self._let_through, request.time)
            spoils = [] if refusals else self._firing(request, Role.SPOIL)
            moves = [] if refusals else self._firing(request, Role.MOVE)
        wait = sum(fault.number for fault in waits)
        held = any(fault.name == "held" for fault in waits)
        return Plan(wait, held, refusals[0] if refusals else None, tuple(spoils), tuple(moves))

    def _firing(self, request: Request, role: Role, most: int | None = None) -> list[Fault]:
        firing: list[Fault] = []
        for place, fault in enumerate(self._faults):
            if fault.kind.role is not role or not fault.concerns(request) or len(firing) == most:
                continue
            self._met[place] += 1
            spent = fault.times is not None and self._spent[place] >= fault.times
            if self._met[place] > fault.after and not spent and self._bites(fault, request, self._met[place]):
                self._spent[place] += 1
                self.fired[fault.text] += 1
                firing.append(fault)
        return firing

    def _bites(self, fault: Fault, request: Request, met: int) -> bool:
        """Tell whether a fault with a condition of its own kind applies to this request."""
        if fault.name == "429-storm":
            return met % 3 != 0
        if fault.name == "403-no-agent":
            return _LIBRARY_AGENTS.match(request.headers.get("user-agent", "")) is not None
        if fault.name == "rate":
            return request.time - self._let_through < fault.number
        return True

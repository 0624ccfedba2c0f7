"""Read a Python pickle as data: an interpreter of its opcodes that never imports or calls what they name.

The result consists of dicts, lists, tuples, sets, texts, bytes, numbers, booleans, None, dates and datetimes. Other
opcodes, names that are not in `_CONSTRUCTORS`, deep nesting and excessive repetition raise an error.
"""

from __future__ import annotations

import pickletools
import re
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, NamedTuple

from catlog.errors import BadDataError
from catlog.interchange.records import FILE_LIMIT, ROW_LIMIT

PROTOCOLS = (2, 3, 4, 5)
"""The supported protocols: those whose pickles begin with the protocol number."""

OPCODE_LIMIT = 2_000_000
"""Largest number of opcodes: a list of 11,000 titles has 700,000."""

DEPTH_LIMIT = 16
TEXT_LIMIT = 256 * 1024
"""Largest number of characters or bytes of one value."""

_OLD = re.compile(rb"\([dl]p[0-9]+\r?\n|[}\])]q.|[}\])]\.\Z|c[\w.]+\r?\n[\w.]+\r?\n(p[0-9]+\r?\n|q.|\()", re.DOTALL)
"""The beginnings of containers and calls in protocols 0 and 1."""

_STACK_LIMIT = 10_000  # picklers push a thousand pairs at a time
_INTEGERS = range(-(2**63), 2**63)  # larger ones could be chosen to have one hash


class PickleError(ValueError):
    """A pickle is refused; the message is the reason."""


class _Name(NamedTuple):
    """A name that the pickle refers to."""

    module: str
    attribute: str


class _Item(NamedTuple):
    """A value on the stack with its nesting depth."""

    value: Any
    depth: int = 0


def begins_pickle(head: bytes) -> bool:
    """Check whether a file with this beginning is a pickle."""
    return len(head) > 1 and head[0] == 0x80 and head[1] in PROTOCOLS


def begins_old_pickle(head: bytes) -> bool:
    """Check whether a file with this beginning is a pickle of protocol 0 or 1, which have no protocol number."""
    return _OLD.match(head) is not None


def read_pickle(content: bytes, name: str) -> object:
    """Return the plain value in a pickle. Raises BadDataError for any other content."""
    machine = _Machine()
    try:
        for count, (opcode, argument, _) in enumerate(pickletools.genops(content)):
            if count > OPCODE_LIMIT:
                raise PickleError(f"it has more than {OPCODE_LIMIT:,} opcodes")
            machine.step(opcode.name, argument)
        return machine.result()
    except PickleError as problem:
        reason = str(problem)
    except (ValueError, OverflowError, MemoryError, RecursionError):
        reason = "it is damaged or cut off"
    raise BadDataError(f"{name} is a Python pickle that is not read: {reason}", hint="nothing of it was run")


class _Machine:
    """The stack and the memo of a pickle."""

    def __init__(self) -> None:
        self._stack: list[_Item | None] = []  # None is a mark
        self._memo: dict[int, _Item] = {}
        self._repeated = 0

    def step(self, opcode: str, argument: Any) -> None:  # noqa: ANN401 - whatever an opcode has
        """Execute one opcode."""
        if opcode in _CONSTANTS:
            self._push(_CONSTANTS[opcode])
        elif opcode in _VALUES:
            self._push(_VALUES[opcode](argument))
        elif opcode in _MEMO_GETS:
            self._get(argument)
        elif opcode in _MEMO_PUTS:
            self._memo[len(self._memo) if argument is None else argument] = self._top()
        elif opcode in _OPERATIONS:
            _OPERATIONS[opcode](self)
        elif opcode == "GLOBAL":
            self._push(_Name(*str(argument).split(" ", 1)))
        elif opcode not in _IGNORED:
            raise PickleError(f"it has the opcode {opcode}")

    def result(self) -> object:
        """Return the only value on the stack."""
        if len(self._stack) != 1:
            raise PickleError("it is damaged or cut off")
        return self._value().value

    def mark(self) -> None:
        self._push_item(None)

    def empty_list(self) -> None:
        self._push([])

    def empty_dict(self) -> None:
        self._push({})

    def empty_set(self) -> None:
        self._push(set())

    def append(self) -> None:
        self._extend([self._value()])

    def appends(self) -> None:
        self._extend(self._marked())

    def add_items(self) -> None:
        items = self._marked()
        found = self._top().value
        if not isinstance(found, set):
            raise PickleError("it adds to a value that is no set")
        found.update(_key(item.value) for item in items)

    def frozen(self) -> None:
        self._push(frozenset(_key(item.value) for item in self._marked()))

    def set_item(self) -> None:
        value, key = self._value(), self._value()
        self._set([key, value])

    def set_items(self) -> None:
        self._set(self._marked())

    def tuple_of_marked(self) -> None:
        self._tuple(self._marked())

    def tuple_of(self, count: int) -> None:
        self._tuple([self._value() for _ in range(count)][::-1])

    def list_of_marked(self) -> None:
        items = self._marked()
        self._push([])
        self._extend(items)

    def dict_of_marked(self) -> None:
        items = self._marked()
        self._push({})
        self._set(items)

    def stack_global(self) -> None:
        attribute, module = self._value().value, self._value().value
        self._push(_Name(str(module), str(attribute)))

    def reduce(self) -> None:
        arguments = self._value().value
        name = self._pop()
        if name is None or not isinstance(name.value, _Name) or not isinstance(arguments, tuple):
            raise PickleError("it calls a value that is no name")
        make = _CONSTRUCTORS.get(name.value)
        if make is None:
            raise PickleError(f"it refers to {'.'.join(name.value)[:80]!r}")
        with suppress(TypeError, ValueError, IndexError, AttributeError, OverflowError):
            self._push(make(*arguments))
            return
        raise PickleError(f"it has an invalid {name.value.attribute}")

    def _get(self, place: int) -> None:
        if place not in self._memo:
            raise PickleError("it is damaged or cut off")
        item = self._memo[place]
        if isinstance(item.value, list | dict | set | frozenset) or (isinstance(item.value, tuple) and item.depth):
            raise PickleError("it has one collection in several places")
        self._repeated += len(item.value) if isinstance(item.value, str | bytes) else 1
        if self._repeated > FILE_LIMIT:
            raise PickleError("it repeats more than a list can hold")
        self._push_item(item)

    def _set(self, items: list[_Item]) -> None:
        found = self._top()
        if not isinstance(found.value, dict) or len(items) % 2:
            raise PickleError("it sets keys of a value that is no dict")
        for key, value in zip(items[::2], items[1::2], strict=True):
            found.value[_key(key.value)] = value.value
        if len(found.value) > ROW_LIMIT:
            raise PickleError(f"it has more than {ROW_LIMIT:,} entries")
        self._deepen(items)

    def _extend(self, items: list[_Item]) -> None:
        found = self._top().value
        if not isinstance(found, list):
            raise PickleError("it appends to a value that is no list")
        found.extend(item.value for item in items)
        self._deepen(items)

    def _deepen(self, items: list[_Item]) -> None:
        found = self._value()
        self._push_item(_Item(found.value, _deeper(items, found.depth)))

    def _tuple(self, items: list[_Item]) -> None:
        self._push_item(_Item(tuple(item.value for item in items), _deeper(items, 0)))

    def _push(self, value: object) -> None:
        self._push_item(_Item(value))

    def _push_item(self, item: _Item | None) -> None:
        if len(self._stack) >= _STACK_LIMIT:
            raise PickleError("it is nested too deep")
        self._stack.append(item)

    def _top(self) -> _Item:
        item = self._stack[-1] if self._stack else None
        if item is None:
            raise PickleError("it is damaged or cut off")
        return item

    def _pop(self) -> _Item | None:
        if not self._stack:
            raise PickleError("it is damaged or cut off")
        return self._stack.pop()

    def _value(self) -> _Item:
        """Pop a plain value."""
        item = self._pop()
        if item is None or isinstance(item.value, _Name):
            raise PickleError("it has a name in place of a value" if item else "it is damaged or cut off")
        return item

    def _marked(self) -> list[_Item]:
        """Pop the plain values above the last mark, and the mark."""
        items: list[_Item] = []
        while (item := self._pop()) is not None:
            if isinstance(item.value, _Name):
                raise PickleError("it has a name in place of a value")
            items.append(item)
        return items[::-1]


def _deeper(items: list[_Item], depth: int) -> int:
    depth = max([depth, *(item.depth + 1 for item in items)])
    if depth > DEPTH_LIMIT:
        raise PickleError("it is nested too deep")
    return depth


def _key(value: object) -> Hashable:
    """Return a key of a dict; bytes of old pickles become text."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if value is None or isinstance(value, str | int):
        return value
    raise PickleError("it has a key that is neither text nor number")


def _text(value: Any) -> str:  # noqa: ANN401 - the argument of an opcode
    if len(value) > TEXT_LIMIT:
        raise PickleError(f"it has a text of more than {TEXT_LIMIT:,} characters")
    return str(value)


def _bytes(value: Any) -> bytes:  # noqa: ANN401 - the argument of an opcode
    return _text(value).encode("latin-1") if isinstance(value, str) else bytes(value[: TEXT_LIMIT + 1])


def _integer(value: Any) -> int:  # noqa: ANN401 - the argument of an opcode
    if value not in _INTEGERS:
        raise PickleError("it has a number that is too large")
    return int(value) if not isinstance(value, bool) else value


def _datetime(state: object, zone: object = None) -> datetime:
    b = _state(state, 10)
    tz = zone if isinstance(zone, timezone) else None
    year, microsecond = b[0] * 256 + b[1], (b[7] * 256 + b[8]) * 256 + b[9]
    return datetime(year, b[2] & 0x7F, b[3], b[4], b[5], b[6], microsecond, tz)


def _date(state: object) -> date:
    b = _state(state, 4)
    return date(b[0] * 256 + b[1], b[2], b[3])


def _state(state: object, size: int) -> bytes:
    found = state.encode("latin-1") if isinstance(state, str) else state
    if not isinstance(found, bytes) or len(found) != size:
        raise ValueError
    return found


def _timezone(offset: timedelta) -> timezone:
    return timezone(offset) if offset else UTC


def _encoded(text: str, encoding: str) -> bytes:
    """Return the bytes that protocol 2 writes as a text and a call of `codecs`."""
    if encoding not in ("latin1", "latin-1"):
        raise ValueError
    return text.encode("latin-1")


def _member(value: int | str) -> int | str:
    """Return the value of a member of one of Trackma's enumerations."""
    if not isinstance(value, int | str):
        raise TypeError
    return value


_CONSTRUCTORS: Mapping[_Name, Callable[..., object]] = {
    _Name("datetime", "datetime"): _datetime,
    _Name("datetime", "date"): _date,
    _Name("datetime", "timedelta"): lambda days, seconds, microseconds: timedelta(days, seconds, microseconds),
    _Name("datetime", "timezone"): _timezone,
    _Name("_codecs", "encode"): _encoded,
    _Name("__builtin__", "bytes"): lambda: b"",
    **{_Name("trackma.utils", kind): _member for kind in ("Status", "Type", "Season")},
}

_CONSTANTS: Mapping[str, object] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
_VALUES: Mapping[str, Callable[[Any], object]] = {
    **dict.fromkeys(("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4"), _integer),
    **dict.fromkeys(("FLOAT", "BINFLOAT"), float),
    **dict.fromkeys(("UNICODE", "SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"), _text),
    **dict.fromkeys(("STRING", "BINSTRING", "SHORT_BINSTRING"), _bytes),
    **dict.fromkeys(("BINBYTES", "SHORT_BINBYTES", "BINBYTES8"), _bytes),
}
_MEMO_GETS = ("GET", "BINGET", "LONG_BINGET")
_MEMO_PUTS = ("PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE")
_IGNORED = ("PROTO", "FRAME", "STOP")
_OPERATIONS: Mapping[str, Callable[[_Machine], None]] = {
    "MARK": _Machine.mark,
    "EMPTY_LIST": _Machine.empty_list,
    "EMPTY_DICT": _Machine.empty_dict,
    "EMPTY_SET": _Machine.empty_set,
    "APPEND": _Machine.append,
    "APPENDS": _Machine.appends,
    "ADDITEMS": _Machine.add_items,
    "FROZENSET": _Machine.frozen,
    "SETITEM": _Machine.set_item,
    "SETITEMS": _Machine.set_items,
    "TUPLE": _Machine.tuple_of_marked,
    "TUPLE1": lambda machine: machine.tuple_of(1),
    "TUPLE2": lambda machine: machine.tuple_of(2),
    "TUPLE3": lambda machine: machine.tuple_of(3),
    "LIST": _Machine.list_of_marked,
    "DICT": _Machine.dict_of_marked,
    "STACK_GLOBAL": _Machine.stack_global,
    "REDUCE": _Machine.reduce,
}

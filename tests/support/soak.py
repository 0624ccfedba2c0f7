"""Hours of use in minutes: what a user does with every screen, as keys, and what the process takes meanwhile.

A scene begins wherever the one before it ended, and ends on a screen of its own with nothing open over it. Every edit
is undone, so that one lap is like the other. Keys have the names that Textual gives them, so that the same scenes drive
an app in this process or one in a real terminal.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random
from statistics import fmean

from PIL import Image
from sqlmodel import col, select, update

from catlog.config import Settings
from catlog.db.models import ProcessedAnime
from catlog.db.session import Database
from tests.support.terminal import Terminal

KEYS = {
    "enter": "\r",
    "escape": "\x1b[27u",  # as newer terminals send it: with the next key in the same read it is no alt key
    "space": " ",
    "tab": "\t",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "ctrl+l": "\x0c",
    "ctrl+r": "\x12",
    "ctrl+s": "\x13",
    "ctrl+x": "\x18",
    **{f"f{number}": f"\x1bO{letter}" for number, letter in enumerate("PQRS", 1)},
    **{f"f{number}": f"\x1b[{code}~" for number, code in ((5, 15), (6, 17), (7, 18), (8, 19), (9, 20))},
}
"""What a terminal sends for the keys that have names."""

TABS = {"f1": "Home", "f2": "List", "f3": "Search", "f4": "Stats", "f5": "Trends", "f6": "Ops"}
"""The tab that each key leads to."""

LIST = ("f2", "home")
"""The list, on a title that is being watched and has no last episode yet."""

TITLE = ("enter", *("right",) * 5, "7", "3", "9", "a", "+", "u", "r", "8", "u", "f", "u", "escape")
"""One title opened, paged through, edited, undone and closed."""

SCENES: Mapping[str, tuple[str, ...]] = {
    "home": ("f1", "down", "+", "u", "-", "u", "s", "escape", "p", "f", "m", "m", "tab", "tab", "R", "escape", "home"),
    "list": (*LIST, *("right",) * 6, *("down",) * 9, "pagedown", "pageup", "end", "home", *("left",) * 6),
    "details": (*LIST, *(key for _ in range(6) for key in ("enter", "escape", "down"))),
    "title": (*LIST, *TITLE, "down", *TITLE),
    "edits": (*LIST, "+", "+", "u", "u", "8", "u", "f", "u", "ctrl+r", "u", "s", "escape", "w", "o", "escape"),
    "notes": (*LIST, "n", *"good", "ctrl+s", "u", "t", *"again", "ctrl+s", "u"),
    "form": (*LIST, "e", "down", "down", "escape", "e", "down", "right", "ctrl+s", "u", "V", "escape"),
    "bulk": (*LIST, "space", "space", "s", "h", "u", "escape", "home", "space", "space", "D", "y", "u", "escape"),
    "filter": (*LIST, "/", *"saga", *("backspace",) * 4, *"score>=8", "enter", "down", "escape", "escape"),
    "search": ("f3", "/", *"na", "backspace", *"ar", "enter", "down", "enter", "escape", "escape", "escape"),
    "filters": ("f3", "f", "tab", "down", "escape", "/", *"love", "enter", "down", "escape", "escape"),
    "seasons": ("f3", "S", "left", "left", "right", "down", "enter", "escape", "tab", "o", "U", "n", "escape"),
    "week": ("f3", "W", "left", "right", "m", "m", "down", "enter", "escape", "escape"),
    "for me": ("f3", "M", "down", "down", "enter", "escape", "escape", "R", "escape"),
    "stats": ("f4", "t", "t", "t", "end", "home", "pagedown", "y", "left", "left", "right", "y"),
    "trends": ("f5", *("right",) * 4, "down", "enter", "escape", "c", "c", "c", "r", "d", "m", "m", *("left",) * 4),
    "ops": ("f6", "down", "enter", "e", "l", "escape", "d", "escape", "v", "escape", "up"),
    "help": ("f1", "?", "down", "pagedown", "escape", "f4", "?", "escape", ":", *"theme", "escape", ":", "escape"),
    "first": ("f1", ":", *"first", "enter", "tab", "tab", "tab", "s", "escape"),
    "transfer": (*LIST, "E", "right", "escape", "I", "escape"),
    "account": ("f1", "f9", *"demo", "tab", *"wrong", "escape"),
    "looks": ("f1", *("f8",) * 4, "f2", *("f8",) * 4, "f7", "f7", "f7", "ctrl+l"),
}
"""What a user does, by the name of the place."""

SIZES = ((80, 24), (160, 48), (30, 8), (60, 15), (100, 30))
"""The sizes a window is given one after the other; the middle one is too small for the app."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a process takes: resident memory in MB, open descriptors, and threads."""

    memory: float
    descriptors: float
    threads: float


def taken_by(pid: int) -> Taken:
    """Return what a process takes now."""
    about = Path(f"/proc/{pid}")
    pages = int((about / "statm").read_text().split()[1])
    memory = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    return Taken(memory, len([*(about / "fd").iterdir()]), len([*(about / "task").iterdir()]))


def mean(samples: Sequence[Taken]) -> Taken:
    """Return what was taken on average."""
    return Taken(*(fmean(getattr(sample, field.name) for sample in samples) for field in fields(Taken)))


def growth(samples: Sequence[Taken]) -> dict[str, tuple[float, float]]:
    """Return, by what is taken, how much it was in the second quarter of the time and in the last one."""
    quarter = len(samples) // 4
    second, last = mean(samples[quarter : 2 * quarter]), mean(samples[-quarter:])
    return {field.name: (getattr(second, field.name), getattr(last, field.name)) for field in fields(Taken)}


def press(terminal: Terminal, keys: Sequence[str], *, first: float = 0.1) -> int:
    """Press keys, each when what the one before brought about is drawn or takes long; return how many there were.

    Screens are waited for, so that an app that is slow is never a scene behind.
    """
    for key in keys:
        terminal.press(KEYS.get(key, key))
        if key in TABS:
            terminal.wait_until(partial(_is_at, terminal, TABS[key]), f"the screen of {key}")
        terminal.rest(first=first)
    return len(keys)


def _is_at(terminal: Terminal, tab: str) -> bool:
    """Say whether a tab is the one that is underlined in the first line."""
    line = terminal.screen.buffer[0]
    return tab in "".join(line[at].data for at in range(terminal.screen.columns) if line[at].underscore)


def resize(terminal: Terminal) -> int:
    """Give the window other sizes, and the first one again."""
    for columns, rows in SIZES:
        terminal.resize(columns, rows)
        terminal.rest()
    return len(SIZES)


def live(
    terminal: Terminal,
    laps: int,
    scenes: Iterable[Sequence[str]] = tuple(SCENES.values()),
    events: Iterable[Callable[[], int]] = (),
) -> Iterator[tuple[int, Taken]]:
    """Play scenes and let events happen so many times; yield each time how many keys that was, and what is taken."""
    for _ in range(laps):
        keys = sum(press(terminal, scene) for scene in scenes) + sum(happen() for happen in events)
        keys += press(terminal, ("f2", "f1"))
        yield keys, taken_by(terminal.process.pid)


def add_covers(settings: Settings, rng: Random, count: int = 40) -> None:
    """Give titles covers that are on disk: pictures of many colours, as covers are."""
    folder = settings.paths.cache / "posters"
    folder.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    with database.write() as session:
        for mal_id in session.exec(select(ProcessedAnime.mal_id).limit(count)).all():
            url = f"https://covers.example/{mal_id}.png"
            session.exec(update(ProcessedAnime).where(col(ProcessedAnime.mal_id) == mal_id).values(image_url=url))
            small = Image.frombytes("RGB", (15, 21), rng.randbytes(15 * 21 * 3))
            file = BytesIO()
            small.resize((225, 318)).save(file, "PNG")
            (folder / sha256(url.encode()).hexdigest()[:40]).write_bytes(file.getvalue())
    database.close()

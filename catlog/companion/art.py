"""The cat's poses and films, read from `frames.txt`: the frames, their order and how long each is shown."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import NamedTuple

HEIGHT, WIDTH = 6, 13
"""Lines and columns of every frame."""

QUICKEST = 0.25
"""The least seconds that a frame is shown: four changes a second."""

Frame = tuple[str, ...]
"""`HEIGHT` lines of printable ASCII, each padded to `WIDTH`."""


class Shot(NamedTuple):
    """One frame of a film and the seconds it is shown."""

    frame: Frame
    seconds: float


class _Reel(NamedTuple):
    frames: tuple[Frame, ...]
    film: tuple[Shot, ...]


def moving_pictures() -> dict[str, tuple[Frame, ...]]:
    """Return the frames of all poses, by name."""
    return {name: reel.frames for name, reel in _reels().items()}


def frame(name: str, number: int = 0) -> Frame:
    """Return one frame of a pose; `number` wraps around."""
    frames = _reels()[name].frames
    return frames[number % len(frames)]


def film(name: str) -> tuple[Shot, ...]:
    """Return the shots of a mood, shown in a loop, or of a reaction, shown once."""
    return _reels()[name].film


@cache
def _reels() -> dict[str, _Reel]:
    text = resources.files("catlog.companion").joinpath("frames.txt").read_text("utf-8")
    drawn: dict[str, list[list[str]]] = {}
    scripts: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        if line.startswith("[") and line.endswith("]"):
            name = line[1:-1]
            drawn[name] = [[]]
        elif line.startswith("@ "):
            scripts[name] = line[2:]
        elif line == "---":
            drawn[name].append([])
        elif name and not line.startswith(";"):
            drawn[name][-1].append(line)
    frames = {name: tuple(_whole(lines) for lines in pictures) for name, pictures in drawn.items()}
    return {name: _Reel(of_name, _shots(scripts[name], of_name)) for name, of_name in frames.items()}


def _shots(script: str, frames: tuple[Frame, ...]) -> tuple[Shot, ...]:
    parts = [part.partition(":") for part in script.split()]
    return tuple(Shot(frames[int(number)], float(seconds)) for number, _, seconds in parts)


def _whole(lines: list[str]) -> Frame:
    drawn = "\n".join(lines).rstrip().split("\n")
    return tuple(line.ljust(WIDTH) for line in [*[""] * (HEIGHT - len(drawn)), *drawn])

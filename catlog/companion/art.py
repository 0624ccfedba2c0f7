"""The cat's pictures: frames as data, drawn in `frames.txt`."""

from __future__ import annotations

from functools import cache
from importlib import resources

HEIGHT, WIDTH = 6, 22
"""Lines and columns of every frame."""

Frame = tuple[str, ...]
"""`HEIGHT` lines of printable ASCII, each padded to `WIDTH`."""


@cache
def moving_pictures() -> dict[str, tuple[Frame, ...]]:
    """Return the frames of every mood and every reaction, by name."""
    text = resources.files("catlog.companion").joinpath("frames.txt").read_text("utf-8")
    pictures: dict[str, list[list[str]]] = {}
    frames: list[list[str]] = []
    for line in text.splitlines():
        if line.startswith("[") and line.endswith("]"):
            frames = pictures.setdefault(line[1:-1], [[]])
        elif line == "---":
            frames.append([])
        elif frames and not line.startswith(";"):
            frames[-1].append(line)
    return {name: tuple(_whole(frame) for frame in frames) for name, frames in pictures.items()}


def frame(name: str, number: int = 0) -> Frame:
    """Return one frame of a mood or a reaction; numbers go round."""
    frames = moving_pictures()[name]
    return frames[number % len(frames)]


def _whole(lines: list[str]) -> Frame:
    drawn = "\n".join(lines).rstrip().split("\n")
    return tuple(line.ljust(WIDTH) for line in [*drawn, *[""] * (HEIGHT - len(drawn))])

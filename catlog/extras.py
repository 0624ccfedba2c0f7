"""Extras: parts of CatLog that need further packages, and what to say where these are missing."""

from __future__ import annotations


def how_to_add(extra: str) -> str:
    """Return how an installed CatLog gets the packages of one of its extras.

    CatLog is installed from its source: the package of this name on the public index is somebody else's.
    """
    return f"in the folder of CatLog's source: pipx install --force '.[{extra}]' (README.md, Install)"

"""Extras: parts of CatLog that need more packages, and the hint where these are missing."""

from __future__ import annotations


def how_to_add(extra: str) -> str:
    """Return how to install the packages of an extra.

    CatLog is installed from its source: the package of this name on the public index is another project.
    """
    return f"in the folder of CatLog's source: pipx install --force '.[{extra}]' (README.md, Install)"

"""`catlog db`: look after the database."""

from __future__ import annotations

import click


@click.group()
def db() -> None:
    """Look after look after the database."""

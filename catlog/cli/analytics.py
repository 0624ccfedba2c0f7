"""`catlog analytics`: ask the history for climbers, momentum, new entries, streaks."""

from __future__ import annotations

import click


@click.group()
def analytics() -> None:
    """Ask the history: climbers, momentum, new entries, streaks."""

"""`catlog etl`: fetch, check and load daily snapshots."""

from __future__ import annotations

import click


@click.group()
def etl() -> None:
    """Fetch, check and load daily snapshots."""

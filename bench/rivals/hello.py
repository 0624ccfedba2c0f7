"""The least a click program can be."""

import click


@click.group()
def hello() -> None:
    """Say hello."""


@hello.command()
def world() -> None:
    """Say it to the world."""
    click.echo("Hello, world!")


hello()

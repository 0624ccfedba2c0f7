"""`catlog demo`: a simulated library to look around in."""

from __future__ import annotations

import shlex

import click

from catlog.cli.context import Environment, pass_env
from catlog.cli.progress import progress


@click.command()
@click.option("--no-tui", is_flag=True, help="Build the library, print where it is, and exit.")
@click.option("--reset", is_flag=True, help="Rebuild it.")
@click.option("--db", "url", help="URL of the database to use; default: an SQLite file in the cache folder.")
@pass_env
def demo(env: Environment, no_tui: bool, reset: bool, url: str | None) -> None:
    """Build a simulated library, and open the app on it.

    About 130 well-known titles with their facts, and simulated ranking history over 400 days, some of them missing. It
    has a database of its own and stays until --reset; your own library is not touched.
    """
    from catlog.cli.invocation import own_command
    from catlog.config import usable_database_url
    from catlog.demo.build import build_demo, demo_url

    target = usable_database_url(url, "option --db") if url else demo_url(env.settings)
    with progress(env) as report:
        built = build_demo(target, env.settings, reset=reset, report=report)
    how = "built" if built.built else "found (--reset rebuilds it)"
    catlog = own_command()
    again = f"{catlog} demo" if url is None else f"{catlog} demo --db {shlex.quote(built.url)}"
    env.write_text(
        f"The demo library is {how}: {built.titles} titles, {built.snapshots:,} snapshots on {built.days} days up to "
        f"{built.last_day}.\n"
        "Its ranking history and the list of its user, demo, are SIMULATED: nothing in them happened.\n\n"
        "Open the app on it, now or at any later time:\n"
        f"  {again}\n\n"
        "Or look around with commands:\n"
        f"  export CATLOG_DATABASE_URL={shlex.quote(built.url)}\n"
        f"  {catlog} analytics climbers\n"
        f"  {catlog} analytics streaks --current\n"
        f"  {catlog} analytics history 52991\n"
        f"  {catlog} list ls --query 'score>=8 genre:drama'\n"
        f"  {catlog} stats\n"
        f"  {catlog} cat\n\n"
        "And back to your own library, in the same shell:\n"
        "  unset CATLOG_DATABASE_URL\n"
        f"  {catlog}\n"
    )
    if not no_tui and env.stdin_is_terminal and env.stdout_is_terminal:
        from catlog.cli.tui import open_app

        open_app(env, target)

"""`catlog random`: pick a title at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from catlog.cli.columns import TableColumn
from catlog.cli.context import Environment, pass_env
from catlog.cli.list_options import STATUS
from catlog.cli.options import format_option
from catlog.cli.output import Format, emit_one
from catlog.cli.recommend import flat_row, recommender
from catlog.cli.title_filter_options import title_filter_of, title_filter_options
from catlog.text import counted

if TYPE_CHECKING:
    from catlog.library.entries import Status

COLUMNS = (
    TableColumn("title", "title"),
    TableColumn("title_english", "English"),
    TableColumn("type", "type"),
    TableColumn("episodes", "episodes"),
    TableColumn("year", "year"),
    TableColumn("score", "score"),
    TableColumn("genres", "genres"),
    TableColumn("mal_id", "id"),
    TableColumn("list_status", "my list", format=lambda status: status.replace("_", " ").lower()),
)


@click.command("random")
@click.option("--status", "statuses", type=STATUS, multiple=True, help="Status on my list; default: planned.")
@click.option("--any", "anything", is_flag=True, help="Any title of the catalogue that is not on my list.")
@title_filter_options
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Random seed: the same number picks the same title.")
@format_option
@pass_env
def random_command(
    env: Environment,
    /,
    statuses: tuple[Status, ...],
    anything: bool,
    seed: int | None,
    format: Format,
    **filters: Any,  # noqa: ANN401 - the options of `title_filter_of`
) -> None:
    """Pick a title at random (default: a planned one).

    A title whose prequel you have not watched to the end is never picked.
    """
    from catlog.recommendations.service import PLANNED

    if anything and statuses:
        raise click.UsageError("--any picks titles that are not on the list: leave out --status")
    user_id = env.viewer_id() if anything else env.signed_in().user_id
    chosen = title_filter_of(env, **filters)
    picked = recommender(env).pick(
        user_id, statuses=None if anything else statuses or PLANNED, among=chosen.ids, adult=chosen.adult, seed=seed
    )
    emit_one(env, format, "random", flat_row(picked, "list_status"), COLUMNS)
    if format == "table":
        waiting = f"; {picked.held_back} more wait for their prequels" if picked.held_back else ""
        env.note(f"picked from {counted(picked.pool, 'title')}{waiting}; to repeat: --seed {picked.seed}")

"""Covers of titles by their addresses: found by the backend, once for each title that a widget shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading

    from catlog.tui.host import Host
    from catlog.tui.widgets.poster_cover import Cover


def show_cover(cover: Cover, app: Host, mal_id: int, title: str, url: str | None) -> None:
    """Show the cover of a title, unless the widget shows it already."""
    if cover.mal_id == mal_id and cover.url == url:
        return
    backend = app.pool.backend

    def find(address: str, cancel: threading.Event) -> bytes | None:
        return backend.posters.find(address, cancel)

    cover.show(mal_id, title, url, find)

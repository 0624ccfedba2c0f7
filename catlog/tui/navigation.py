"""Opening one screen from another, without the screens importing each other."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

if TYPE_CHECKING:
    from catlog.tui.host import Host


def screen_named(name: str, *args: Any) -> Screen[None]:  # noqa: ANN401 - whatever this screen is made of
    """Return a new screen of `catlog.tui.screens`, which is imported now: `for_me` is ForMeScreen."""
    module = import_module(f"catlog.tui.screens.{name}.screen")
    kind = "".join(part.capitalize() for part in name.split("_"))
    screen: Screen[None] = getattr(module, f"{kind}Screen")(*args)
    return screen


async def open_list(app: Host, text: str, status: str = "") -> None:
    """Go to the list and show the titles that match a filter, of one status or of all."""
    from catlog.tui.screens.list.screen import ListScreen

    await app.switch_mode("list")
    if isinstance(app.screen, ListScreen):
        app.screen.show_matching(text, status)


def open_details(app: Host, mal_id: int) -> None:
    """Show a title in full."""
    app.push_screen(screen_named("details", mal_id))

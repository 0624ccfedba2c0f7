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


def open_details(app: Host, mal_id: int) -> None:
    """Show a title in full."""
    app.push_screen(screen_named("details", mal_id))

"""An app that has nothing but one widget in one of CatLog's themes."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from rich.style import Style
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget

from catlog.tui.themes import own_themes


class Stage(App[None]):
    """Shows a widget and remembers its messages."""

    def __init__(self, widget: Widget, theme: str = "dark") -> None:
        super().__init__()
        self.widget = widget
        self.heard: list[Message] = []
        for known in own_themes():
            self.register_theme(known)
        self.theme = theme

    def compose(self) -> ComposeResult:
        yield self.widget

    def hear(self, message: Message) -> None:
        """Remember a message, which each widget on its way up handles anew, once."""
        if not any(message is known for known in self.heard):
            self.heard.append(message)

    def texts(self) -> list[str]:
        """Return the lines on the screen, without trailing spaces."""
        return [strip.text.rstrip() for strip in self.screen._compositor.render_strips(self.size)]

    def styles_of(self, text: str) -> Iterator[Style]:
        """Yield the styles of the parts of the screen that are this text."""
        for strip in self.screen._compositor.render_strips(self.size):
            for part, style, _ in strip:
                if part.strip() == text and style is not None:
                    yield style


@asynccontextmanager
async def on_stage(
    widget: Widget, size: tuple[int, int] = (80, 24), theme: str = "dark"
) -> AsyncIterator[tuple[Stage, Pilot[None]]]:
    """Put a widget on the screen and wait until it has drawn itself."""
    stage = Stage(widget, theme)
    async with stage.run_test(size=size, message_hook=stage.hear) as pilot:
        await rest(stage, pilot)
        yield stage, pilot


async def rest(stage: Stage, pilot: Pilot[None]) -> None:
    """Wait until no worker is left and nothing is left to handle."""
    await stage.workers.wait_for_complete()
    await pilot.pause()
    await pilot.pause()

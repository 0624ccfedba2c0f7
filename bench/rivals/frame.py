"""The least that a Textual app is: a field and the keys below."""

from textual.app import App, ComposeResult
from textual.widgets import Footer, Input


class Frame(App[None]):
    """Draws its first frame and waits."""

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield Input()
        yield Footer()


Frame().run()

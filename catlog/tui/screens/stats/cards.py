"""A card of the screen Stats: a number and a fact beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catlog.tui.widgets.toned import TonedLines

if TYPE_CHECKING:
    from catlog.charts.cards import Card


class CardView(TonedLines):
    """Shows the number of a card at the left and its fact at the right."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._card: Card | None = None

    def show(self, card: Card) -> None:
        """Show another card."""
        self._card = card
        self.on_resize()

    def on_resize(self) -> None:
        """Draw for the width."""
        from catlog.charts import cards

        if self._card is not None:
            self.set_lines((cards.card(self._card, self.content_size.width),))

"""Posters in real pixels, for terminals that speak kitty's protocol or sixel and have textual-image installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.widget import Widget


def ask_terminal() -> type[Widget] | None:
    """Return the widget that shows images in pixels; None where the terminal or the installation has no such thing.

    Writes a question to the terminal and reads its answer, so it must be called before the app starts, never in it.
    """
    try:
        from textual_image.renderable import Image as Chosen
        from textual_image.renderable import SixelImage, TGPImage
        from textual_image.widget import Image
    except (ImportError, OSError):
        return None
    return Image if Chosen in (SixelImage, TGPImage) else None

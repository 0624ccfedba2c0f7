"""Posters in pixels, for terminals with kitty's protocol or sixel, and textual-image installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.widget import Widget


def detect_graphics() -> type[Widget] | None:
    """Return the widget that shows images in pixels; None where the terminal or the installation lacks it.

    It queries the terminal and reads the reply, so it must be called before the app starts.
    """
    try:
        from textual_image.renderable import Image as Chosen
        from textual_image.renderable import SixelImage, TGPImage
        from textual_image.widget import Image
    except (ImportError, OSError):
        return None
    return Image if Chosen in (SixelImage, TGPImage) else None

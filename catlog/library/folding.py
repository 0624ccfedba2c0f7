"""What two spellings of a title have in common: text without case, accents and typographic variants."""

from __future__ import annotations

import unicodedata

_VARIANTS = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "×": "x"}
    # Combining marks of the Latin, Greek and Cyrillic scripts; those of the kana are not decoration.
    | {chr(mark): None for mark in range(0x300, 0x370)}
)


def folded(text: str) -> str:
    """Return `text` as it is compared: `Pokémon` and `POKEMON` are one, full-width and half-width forms too."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", decomposed.translate(_VARIANTS))

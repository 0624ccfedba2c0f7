"""What two spellings of a title have in common: text without case, accents and typographic variants."""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile("[\u0300-\u036f]+")  # of Latin, Greek and Cyrillic; those of the kana are not decoration
_VARIANTS = re.compile("[‘’“”–—×]")
_PLAIN = {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "×": "x"}


def folded(text: str) -> str:
    """Return `text` as it is compared: `Pokémon` and `POKEMON` are one, full-width and half-width forms too."""
    if text.isascii():
        return text.lower()
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return unicodedata.normalize("NFC", _VARIANTS.sub(lambda found: _PLAIN[found[0]], bare))

"""Normalization of titles: letters without case, accents and variants, words without punctuation, short vowels.

Three steps, each coarser than the one before. All are idempotent and take many titles at once, one a line: joined,
30,000 titles are folded ten times as fast as one by one.
"""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile("[\u0300-\u036f]+")  # of Latin, Greek and Cyrillic; those of the kana are not decoration
_VARIANTS = re.compile("[‘’“”–—×]")
_PLAIN = {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "×": "x"}

_INSIDE_WORDS = "'`´\u200c\u200d"  # journey's, shin'ichi
_SILENT = re.compile(f"[{_INSIDE_WORDS}]")
_ASCII = {code: None if chr(code) in _INSIDE_WORDS else " " for code in range(128) if not chr(code).isalnum()}
_ASCII_WORDS: dict[int, str | None] = {**_ASCII, ord("\n"): "\n"}
_BETWEEN_WORDS = re.compile(r"[^\w\n]+")
_HIRAGANA = re.compile("[ぁ-ゖゝゞ]+")
_KATAKANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
_SAME_AGAIN = re.compile(r"([aiue])\1+")
_AFTER_O = re.compile("(?<=o)[ou]+")


def folded(text: str) -> str:
    """Return `text` for comparison: `Pokémon` and `POKEMON` are equal, full-width and half-width forms too."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).casefold()  # first: 𝕬 is no capital letter before it is an A
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", plain))
    return unicodedata.normalize("NFC", _VARIANTS.sub(lambda found: _PLAIN[found[0]], bare))


def starts_with(text: str, prefix: str) -> bool:
    """Say whether a text is not empty and begins with `prefix`, both folded."""
    return bool(text) and folded(text).startswith(folded(prefix))


def worded(text: str) -> str:
    """Return the folded words of `text` with one space between them: no punctuation, hiragana as katakana.

    `Re:ZERO` is `re zero`, `Spice & Wolf` is `spice and wolf`; `!!!` is empty.
    """
    words = folded(text).replace("&", " and ")
    if words.isascii():
        words = words.translate(_ASCII_WORDS)
        while "  " in words:
            words = words.replace("  ", " ")
    else:
        kana = _HIRAGANA.sub(lambda found: found[0].translate(_KATAKANA), words)
        words = _BETWEEN_WORDS.sub(" ", _SILENT.sub("", kana).replace("_", " "))
    return words.replace(" \n", "\n").replace("\n ", "\n").strip(" ")


def shortened(words: str) -> str:
    """Return `words` with every long vowel short: `toukyou`, `tookyoo` and `tokyo` are one; `ー` is silent."""
    return _AFTER_O.sub("", _SAME_AGAIN.sub(r"\1", words.replace("ー", "")))

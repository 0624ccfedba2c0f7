"""The letters of a title that the words of a search match."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catlog.catalogue.normalize import folded

_WORD_STARTS = re.compile(r"\w+")


def matched_parts(title: str, words: str) -> Iterator[tuple[str, bool]]:
    """Yield the title in parts, each with whether the words match it, at the beginning of a word or else anywhere.

    Case and accents do not matter. The space between two matches belongs to them.
    """
    text = "".join(folded(letter) if len(folded(letter)) == 1 else letter.lower()[:1] for letter in title)
    marks = [False] * len(text)
    wanted = folded(words).split()
    starts = {match.start() for match in _WORD_STARTS.finditer(text)}
    for word in wanted:
        at = next((start for start in sorted(starts) if text.startswith(word, start)), text.find(word))
        if at >= 0:
            marks[at : at + len(word)] = [True] * len(word)
    for at in range(1, len(text) - 1):
        if not marks[at] and title[at].isspace() and marks[at - 1] and marks[at + 1]:
            marks[at] = True
    begin = 0
    for at in range(1, len(title) + 1):
        if at == len(title) or marks[at] != marks[begin]:
            yield title[begin:at], marks[begin]
            begin = at

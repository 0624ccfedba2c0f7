"""The title of an anime as a column in the language that is spoken: see `catlog.title_language`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, bindparam, case, func

from catlog.db.tables import ProcessedAnime, col
from catlog.title_language import TitleLanguage, spoken

_ANIME = ProcessedAnime
_LANGUAGE: Any = bindparam("spokenTitles", callable_=lambda: spoken().value, type_=String())

SHOWN_TITLE: ColumnElement[str] = func.coalesce(
    func.nullif(
        case(
            (TitleLanguage.ENGLISH.value == _LANGUAGE, col(_ANIME.title_english)),
            (TitleLanguage.NATIVE.value == _LANGUAGE, col(_ANIME.title_japanese)),
            else_=col(_ANIME.title),
        ),
        "",
    ),
    col(_ANIME.title),
)
"""The title to show; the main one where the source has none in that language. The language is read on execution."""

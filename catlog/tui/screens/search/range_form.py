"""The form in which years and scores are typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from catlog.access import Right
from catlog.tui.content import line
from catlog.tui.dialogs.form import FormDialog, FormField
from catlog.tui.screens.search.search_form import SearchInput


class RangeForm(FormDialog[SearchInput]):
    """Returns the search with other years and scores."""

    RIGHT: ClassVar[Right] = Right.READ_CATALOGUE

    def __init__(self, search: SearchInput) -> None:
        super().__init__(
            line(("Years and scores", "bold $accent")),
            FormField("years", "Years", search.years, hint="2016, 2015..2020, ..1999"),
            FormField("score", "Score", search.score, hint="8 and up, 7..9.5"),
        )
        self._search = search

    def send(self, values: Mapping[str, str]) -> None:
        """Return the search. Raises InvalidArgumentError for an invalid field."""
        search = self._search._replace(**{name: value.strip() for name, value in values.items()})
        search.to_query(0)
        self.dismiss(search)

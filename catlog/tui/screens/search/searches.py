"""Searches that are kept: the last ones by themselves, others under a name. The small file takes no thread."""

from __future__ import annotations

from contextlib import suppress

from catlog.errors import CatLogError
from catlog.saved_views import SavedViews
from catlog.tui.content import line
from catlog.tui.dialogs.pick import Choosable, Pick
from catlog.tui.editing.forms import NameForm
from catlog.tui.editing.title_actions import Marking
from catlog.tui.screens.search.search_form import SearchInput, asked_of, told

LAST = 9
"""How many of the last searches are kept."""

_KEEP, _DROP = "\x00keep", "\x00drop"


class Searches(Marking):
    """The part of the screen that keeps searches."""

    asked = SearchInput()

    def ask_for(self, asked: SearchInput) -> None:
        """Search for something else."""
        raise NotImplementedError

    def remember(self) -> None:
        """Keep what is asked for as the last search: something came of it."""
        if not self.asked.is_empty:
            name = told(self.asked, self.app.glyphs)
            with suppress(CatLogError):  # to remember less is no fault
                self._presets.save_recent("searched", name, self.asked.kept, most=LAST)

    @property
    def _presets(self) -> SavedViews:
        return SavedViews(self.app.settings.paths.state, self.app.status.user)

    def action_searches(self) -> None:
        """Offer the searches that are kept, and to keep this one."""
        try:
            named = self._presets.all("search")
        except CatLogError as error:
            self.app.tell_problem(error)
            return
        things = [
            Choosable(f"search {name}", str(number) if number < 10 else "", name)
            for number, name in enumerate(named, 1)
        ]
        things += [Choosable(f"searched {name}", "", name, "$dim") for name in reversed(self._presets.all("searched"))]
        if not self.asked.is_empty:
            things.append(Choosable(_KEEP, "k", "keep this search under a name", "$dim"))
        if named:
            things.append(Choosable(_DROP, "d", "drop one", "$dim"))
        if things:
            self.app.push_screen(Pick(line(("Searches", "bold $accent")), things), self._search_picked)
        else:
            self.app.tell("nothing was searched yet")

    def _search_picked(self, value: str | None) -> None:
        if value == _KEEP:
            form = NameForm(told(self.asked, self.app.glyphs), "Keep this search")
            self.app.push_screen(form, self._search_named)
        elif value == _DROP:
            things = [Choosable(name, "", name) for name in self._presets.all("search")]
            self.app.push_screen(Pick(line(("Drop a search", "bold $accent")), things), self._search_dropped)
        elif value is not None:
            kind, _, name = value.partition(" ")
            found = self._presets.all("search" if kind == "search" else "searched").get(name)
            if found is not None:
                self.ask_for(asked_of(found))

    def _search_named(self, name: str | None) -> None:
        if name is None:
            return
        try:
            kept = self._presets.save("search", name, self.asked.kept)
        except CatLogError as error:
            self.app.tell_problem(error)
        else:
            self.app.tell(f"kept as {kept}")

    def _search_dropped(self, name: str | None) -> None:
        if name is None:
            return
        try:
            self._presets.drop("search", name)
        except CatLogError as error:
            self.app.tell_problem(error)
        else:
            self.app.tell(f"dropped {name}")

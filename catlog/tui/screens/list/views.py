"""Views: a status, an order and a filter under a name, to come back to."""

from __future__ import annotations

from catlog.errors import CatLogError
from catlog.saved_views import SavedViews
from catlog.tui.content import line
from catlog.tui.dialogs.pick import Choosable, Pick
from catlog.tui.editing.entry_actions import Editing
from catlog.tui.screens.list.filter_line import FilterLine
from catlog.tui.screens.list.sorting import Arrangement

_KEEP, _DROP = "\x00keep", "\x00drop"


class Views(Editing):
    """The part of the screen that keeps views. Reading and writing the small file takes no thread."""

    arrangement = Arrangement()

    def show_arranged(self, arrangement: Arrangement) -> None:
        """Show another status, or another order."""
        raise NotImplementedError

    def filter_by(self, text: str) -> None:
        """Show only what meets a filter."""
        raise NotImplementedError

    @property
    def _presets(self) -> SavedViews:
        return SavedViews(self.app.settings.paths.state, self.app.status.user)

    def action_views(self) -> None:
        """Offer the views that are kept, and to keep this one."""
        try:
            known = self._presets.all("list")
        except CatLogError as error:
            self.app.tell_problem(error)
            return
        things = [
            Choosable(name, str(number) if number < 10 else "", f"{name}  {fields.get('filter', '')}".rstrip())
            for number, (name, fields) in enumerate(known.items(), 1)
        ]
        things.append(Choosable(_KEEP, "k", "keep what is shown now", "$dim"))
        if known:
            things.append(Choosable(_DROP, "d", "drop one", "$dim"))
        self.app.push_screen(Pick(line(("Views", "bold $accent")), things), self._view_picked)

    def _view_picked(self, name: str | None) -> None:
        from catlog.tui.editing.forms import NameForm

        if name == _KEEP:
            told = f"{self.arrangement.status.replace('_', ' ').lower() or 'all'}, by {self.arrangement.sort}"
            text = self.query_one(FilterLine).text
            self.app.push_screen(NameForm(f"{told}, {text}" if text else told), self._view_named)
        elif name == _DROP:
            things = [Choosable(one, "", one) for one in self._presets.all("list")]
            self.app.push_screen(Pick(line(("Drop a view", "bold $accent")), things), self._view_dropped)
        elif name is not None:
            self._go_to_view(self._presets.all("list").get(name, {}))

    def _go_to_view(self, fields: dict[str, str]) -> None:
        from catlog.library.sorting import SORT_KEYS

        sort = fields.get("sort", "title")
        known = sort.removeprefix("-") in SORT_KEYS
        self.show_arranged(Arrangement(fields.get("status", ""), sort if known else "title"))
        text = fields.get("filter", "")
        if text:
            self.query_one(FilterLine).open(text)
        else:
            self.query_one(FilterLine).close()
        self.filter_by(text)
        self.set_focus(self.rows)

    def _view_named(self, name: str | None) -> None:
        if name is None:
            return
        status, sort = self.arrangement
        fields = {"status": status, "sort": sort, "filter": self.query_one(FilterLine).text}
        try:
            kept = self._presets.save("list", name, fields)
        except CatLogError as error:
            self.app.tell_problem(error)
        else:
            self.app.tell(f"kept as {kept}")

    def _view_dropped(self, name: str | None) -> None:
        if name is None:
            return
        try:
            self._presets.drop("list", name)
        except CatLogError as error:
            self.app.tell_problem(error)
        else:
            self.app.tell(f"dropped {name}")

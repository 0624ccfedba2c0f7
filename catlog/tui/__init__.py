"""The full-screen app. Importing this package loads nothing; `catlog.tui.launch` opens the app.

A screen lives in `screens/<name>/`: `keys.py` (its `Section` of the keymap), `queries.py` (plain functions
`query(backend, ...) -> records`), `screen.py` (a `CatLogScreen`) and `screen.tcss`. It stands on:

- `screens/base.py`: `CatLogScreen`, with `compose_body()` to fill and `load()` to run its queries. `load` is called
  when the library is open, and again when the list changed or the screen comes back after a change. A screen owns
  `controllers`, whose `action_...` methods are its actions too; `titles/list_screen.py` has the screen with one list of
  titles, `editing/` the controllers that edit entries and titles.
- `workers.py`: `self.app.pool.run(self, queries.read_week, day).then(self._take, self._failed)` runs a query in a
  thread and calls a handler with its result or its error. An error that no handler settles is shown in one line.
  `pool.submit(...)` is the same for edits: afterwards every screen loads again. `deferred.py` says how a screen names
  its queries without importing them.
- `keys.py`: `Action`, `Section`, and `bindings(SECTION)` for `BINDINGS`; the footer, the help, the palette, the user's
  keymap and docs/keys.md follow from the sections.
- `content.py`: `plain(text, style)` and `line(part, (part, style), ...)` make a `Content`; nothing else that holds a
  variable may reach a widget. Styles are those of Textual with the names of `themes.py`: `$watching`, `$dim`, ...
- `host.py`: the type of `self.app` for screens and widgets, with `glyphs` (`glyphs.py`), `ascii`, `tone(name)` (a Rich
  style, for strips), `motion`, `tell(text, undo=True)` (a toast) and `status`.
- `navigation.py`: `open_details(self.app, mal_id)`, and any other screen by its name.
- `screen.set_focus(widget)`, never `widget.focus()`; `keyboard.say(widget, message)` for what a key brings about.
- `widgets/text_field.py`: `TextField` in place of Textual's Input; `widgets/rows/` for every list.
- `dialogs/`: `self.app.push_screen(Confirm(...), callback)`; a form is a `FormDialog` with its `FormField`s.
- `terminal/`: the private surface of Textual, and nowhere else.
- `self.app.settings.guest` is set for users who came in through SSH: offer them nothing with files of the machine.
"""

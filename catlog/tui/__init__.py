"""The full-screen app. Importing this package loads nothing; `catlog.tui.launch` opens the app.

A screen is a package `screens/<name>/`: `keys.py` (its `Section` of the table of keys), `queries.py` (functions
`read_x(backend, ...) -> records`), `screen.py` (a `CatLogScreen`) and `screen.tcss`. It uses:

- `screens/base.py`: `CatLogScreen`. Override `compose_body()`, and `load()`, which runs when the library is open, and
  again when the list has changed or the screen comes back after a change.
- `workers.py`: `self.app.pool.run(self, queries.read_x, *args).then(self._show_x)` runs a query in a thread and hands
  its result to a handler. An error that no handler takes is shown in one line by the app. `pool.submit` is the same for
  edits; after an edit every screen loads again. `deferred.py` imports the queries' modules in the thread.
- `host.py`: `self.app` is a `Host`. It has `glyphs`, `ascii`, `motion`, `status`, `zone`, `settings`, `may(right)`,
  `tone(name)` (a Rich style, for strips), `tell(text, undo=True)` (a toast), `pool`, `connection` and `operations`. A
  widget that uses them begins `class Preview(Hosted, Widget)`.
- `keys.py`: `Action`, `Section`, and `bindings(SECTION)` for `BINDINGS`. The footer, the help, the palette, the user's
  keys and docs/keys.md are made of the table.
- `content.py`: `plain(text, style)` and `line(part, (part, style), ...)` make a `Content`; no other text that holds a
  variable may reach a widget. Styles are Textual's and those of `themes.py`: `$watching`, `$dim`, ...
- `screen.set_focus(widget)`, never `widget.focus()`; `keyboard.post_in_order(widget, message)` for messages that a key
  causes.
- `widgets/rows/` for every list; `widgets/text_field.py`: `TextField` in place of Textual's `Input`.
- `dialogs/`: `self.app.push_screen(Confirm(...), callback)`; a form is a `FormDialog` of `FormField`s.
- `self.app.settings.guest` is set for users who came in through SSH: offer them no files of the machine.
- `self.app.push_screen(DetailsScreen(mal_id))` opens a screen on top of a mode; it is a `CatLogScreen` too.

Private names of Textual are used in `terminal/` alone.
"""

"""The full-screen app. Importing this package loads nothing; `catlog.tui.launch` opens the app.

A screen lives in `screens/<name>/`: `keys.py` (its `Section` of the table of keys), `data.py` (its questions: plain
functions `question(services, ...) -> records`, with imports of services inside them), `screen.py` (a `CatLogScreen`)
and `screen.tcss`. What it may lean on:

- `screens/base.py`: `CatLogScreen`, with `compose_body()` to fill and `load()` to ask for its data. `load` is called
  when the library is open, and again when the list changed or the screen comes back after a change.
- `store.py`: `self.app.store.ask(self, question, *args)` runs the question in a thread. The answer is the message
  `Answered(question, value)` or `Failed(question, error)`, posted to the widget that asked: `@on(Answered)`. A failure
  nobody stops bubbles up to the app, which shows it in one line. `store.change(...)` is the same for edits: when it
  succeeds, every screen loads again.
- `keys.py`: `Action`, `Section`, and `bindings(SECTION)` for `BINDINGS`; the footer, the help, the palette, the user's
  keymap and docs/keys.md follow from the table.
- `content.py`: `plain(text, style)` and `line(part, (part, style), ...)` make a `Content`; nothing else that holds a
  variable may reach a widget. Styles are those of Textual with the names of `themes.py`: `$watching`, `$dim`, ...
- `app.py`: `self.app.glyphs` (`glyphs.py`), `self.app.ascii`, `self.app.tone(name)` (a Rich style, for strips),
  `self.app.motion`, `self.app.tell(words, undo=True)` (a toast), `self.app.facts`.
- `screen.set_focus(widget)`, never `widget.focus()`; `keyboard.say(widget, message)` for what a key brings about.
- `widgets/text_field.py`: `TextField` in place of Textual's Input; `widgets/rows/` for every list.
- `dialogs/`: `self.app.push_screen(Confirm(...), callback)`; a form is a `FormDialog` with its `Field`s.
- `self.app.settings.guest` is set for people who came in through SSH: offer them nothing with files of the machine.
- A further screen on top of a mode, such as details, is a `CatLogScreen` too: `self.app.push_screen(Details(mal_id))`.
"""

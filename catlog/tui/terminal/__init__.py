"""How the app draws on a terminal, and every use of Textual's private names.

Nothing outside this package may use a private name of Textual; `tests/tui/terminal/test_private_names.py` reads the
sources. An override costs work with every new version of Textual. What each replaces, what it earns, and what Textual
would have to do to make it unnecessary:

- `partial_updates.PartialCompositor`: a compositor that renders whole widgets and drops most of their lines.
  Earns a third of an arrow key. Until Textual crops before it renders.
- `partial_updates.DiffStatic`: a layout for every new text. Earns lines instead of a screen painted anew while the
  cursor moves. Until `Static` compares lines.
- `partial_updates.set_content_height`: a layout for every new number of lines. Earns filter keys without a layout.
  Until `virtual_size` can be set without one.
- `paint_cache`: a cache of styles that holds the last 1,024 widgets with all their lines. Earns the memory of closed
  screens. Until its key is the colours alone.
- `sgr_diff`: a full style and a reset for each run of text. Earns slow SSH lines 1 to 2 KB a key. Until Textual writes
  only what differs.
- `line_filters`: a private list of filters. Earns safe cells from hostile text, and ASCII, one-byte and colourless
  terminals. Until the list is public.
- `driver`: a driver that trusts the terminal. Earns an app that survives hang-ups, slow lines, endless pastes and
  storms of sizes. Until Textual's does.
- `dispatch`: a queue for each widget, and results that are posted. Earns keys of one burst that reach the new focus.
  Until Textual finishes a key before the next.
- `paste`: a paste of the first line. Earns all lines, clean, once. Until `Input` has a hook for pasted text.
- `notice`: toasts timed by the wall clock. Earns an end for the loop that a toast at its last moment starts. Until
  Textual's `time_left` is never negative.
- `crash`: a traceback with all local variables. Earns a terminal without secrets. Until exceptions have a public hook.

`capabilities` says what a terminal can show, for which `width_probe` asks it; they override nothing.
"""

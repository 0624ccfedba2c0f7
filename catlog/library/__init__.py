"""My list: entries and their one status machine, edits and the one writer, history with undo, the filter language."""

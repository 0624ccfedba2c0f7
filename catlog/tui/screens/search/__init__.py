"""The screen Search: its keys, its questions, what it shows."""

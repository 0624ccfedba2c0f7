"""The screen Stats: its keys, its questions, what it shows."""

"""The screen List: its keys, its questions, what it shows."""

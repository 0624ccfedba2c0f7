"""The screen Home: its keys, its questions, what it shows."""

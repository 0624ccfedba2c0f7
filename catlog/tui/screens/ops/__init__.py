"""The screen Ops: its keys, its questions, what it shows."""

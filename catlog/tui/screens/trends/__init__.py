"""The screen Trends: its keys, its questions, what it shows."""

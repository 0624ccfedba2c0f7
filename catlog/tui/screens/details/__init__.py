"""One title in full, opened from every list: its keys, its questions, what it shows."""

"""What fits my list, opened from Search: its keys, its question, what it shows."""

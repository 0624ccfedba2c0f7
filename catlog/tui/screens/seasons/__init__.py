"""The seasons, opened from Search: their keys, their questions, what they show."""

"""The screen Seasons, opened from Search."""

"""The screen Week, opened from Search: broadcasts of seven days."""

"""What airs this week, opened from Search: its keys, its questions, what it shows."""

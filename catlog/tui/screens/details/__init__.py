"""The screen Details: one title in full, opened from every list."""

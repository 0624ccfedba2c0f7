"""Pages next to the run log: pure functions from records to content."""

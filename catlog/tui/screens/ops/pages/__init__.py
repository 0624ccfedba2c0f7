"""What stands beside the run log: pure functions from records to content."""

"""The screen Stats: its keys, query and charts."""

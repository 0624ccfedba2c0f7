"""The screen Search: its keys, queries, filter panel and saved searches."""

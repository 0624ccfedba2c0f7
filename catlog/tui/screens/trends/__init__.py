"""The screen Trends: its keys, queries, pages and charts."""

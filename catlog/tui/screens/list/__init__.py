"""The screen List: its keys, queries, preview and saved views."""

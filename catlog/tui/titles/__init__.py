"""Shared by the screens that show titles from the catalogue: base screen, columns and preview."""

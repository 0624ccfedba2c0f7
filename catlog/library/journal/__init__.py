"""Pending edits: written to disk before the database has them, and replayed once it can be reached."""

"""Edits that wait for the database: written down before they are made, and made once, in order, when it is there."""

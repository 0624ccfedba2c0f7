"""Backups: one file format for both databases; a restore checks the whole file before it replaces anything.

A backup is gzipped lines of JSON: a manifest; for each table a line with its name and lines with blocks of rows; a
line with the SHA-256 of all lines before it. One reading transaction makes it a single state of the database, even
while others write. It contains password hashes, so its mode is 0600.
"""

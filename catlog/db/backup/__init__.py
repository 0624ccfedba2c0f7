"""Backups: one file that both databases read and write, checked whole before it replaces anything.

A backup is gzip around lines of JSON: a manifest, then for each table a line with its name and lines of some rows
each, then a line with the SHA-256 of all lines before it. It is taken inside one reading transaction, so it is one
state of the database, whoever writes meanwhile. It holds password hashes: its mode is 0600.
"""

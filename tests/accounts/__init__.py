"""Tests of accounts, on SQLite and PostgreSQL."""

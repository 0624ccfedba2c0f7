"""Stage-1 analytics: one SQL definition of each query for SQLite and PostgreSQL, from a session to frozen records."""

"""The one database layer: SQLModel tables, sessions and migrations on SQLite and PostgreSQL alike."""

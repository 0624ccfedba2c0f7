"""Alembic migrations: one revision a file under `versions`, numbered in order, a single head."""

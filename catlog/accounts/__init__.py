"""Accounts: users, passwords, sessions that can be ended, and how many guesses anybody gets."""

"""Accounts: users, passwords, sessions that can be ended, and throttling of sign-ins."""

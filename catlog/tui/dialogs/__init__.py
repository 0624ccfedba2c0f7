"""Dialogs: questions and small forms on top of a screen."""

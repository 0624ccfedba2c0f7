"""Saved means saved: edits of every kind through the app in a terminal, faults that strike meanwhile, and what is left.

Used by bench/lost_edits.py with thousands of edits, and by the tests of the app's troubles with a few dozen.
"""

"""Completion of a list: fetch what its titles lack in the catalogue, such as their length, genres and studios.

`catlog.library.gaps` finds what each title lacks and orders the titles by use; `plan.py` tells the number of requests
and the time in advance, and `run.py` fetches.
"""

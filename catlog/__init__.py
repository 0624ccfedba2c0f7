"""CatLog: anime lists, ranking history and statistics in the terminal.

Importing this package loads nothing else: the start-up time of every command begins here.
"""

__version__ = "0.2.0"

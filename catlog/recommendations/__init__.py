"""What to watch next: recommendations with their reasons, and a random pick, computed from the list alone, locally.

Pure functions over rows: `franchise` (what comes before what), `taste` (scores), `reasons` (words). `service` reads the
rows and puts them together.
"""

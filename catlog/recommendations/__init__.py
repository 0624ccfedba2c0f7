"""What to watch next: recommendations with their reasons, and a random pick, computed from the list alone, locally.

Pure functions over rows: `franchise` (the order of related titles), `taste` (scores), `reasons` (explanations).
`corpus` reads the catalogue, `service` combines all of them.
"""

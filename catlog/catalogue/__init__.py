"""The catalogue of anime: search, import, details, seasons, and their sources."""

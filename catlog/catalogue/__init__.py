"""The one catalogue of anime: kept current by every writer, found by words or ids."""

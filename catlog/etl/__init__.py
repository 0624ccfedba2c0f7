"""Rankings in: pages are fetched and kept raw, parsed, judged, staged, and made visible in one transaction."""

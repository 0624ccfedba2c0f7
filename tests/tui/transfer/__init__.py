"""Import and export in the app."""

"""Import and export of lists: one module per format, the merge into a list, and the ids of other services."""

"""The doctor: what could be wrong with a database and the files around it, each with its figure and the way out."""

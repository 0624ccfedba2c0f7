"""The doctor: checks of a database and the files around it, each with a figure and a remedy."""

"""The screen of the first start: a list, the catalogue and the cat's name, each of which can wait."""

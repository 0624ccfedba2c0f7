"""The demo: a simulated library of well-known titles, to look around CatLog without an account or a network."""

"""The demo: a simulated library of well-known titles, to try CatLog without an account or a network."""

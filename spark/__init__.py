"""Stage-two statistics on Spark. Imports nothing of catlog, so that a cluster needs this package alone."""

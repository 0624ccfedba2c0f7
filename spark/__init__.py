"""Stage-two statistics on Spark: runs on a cluster that has never heard of catlog."""

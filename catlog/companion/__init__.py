"""The cat: a companion whose mood follows from the list, the activity log and the clock, and from nothing else."""

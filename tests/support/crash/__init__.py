"""Faults at every commit point and at random moments of whatever writes, on both databases: one harness for all."""

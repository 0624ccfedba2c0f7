"""The embedded engine: the five jobs on one machine, over a frozen snapshot, without a server and without Java.

DuckDB reads, joins and groups; numpy computes along the series, where SQL frames would add up each window anew.
All sums are of integers (scores in hundredths), so results do not depend on the order of addition.
"""

"""The embedded engine: the five jobs on one machine, over a frozen snapshot, without a server and without Java.

DuckDB reads, joins and groups; numpy walks along the series, where a sliding SQL frame would add up each window anew.
All sums are of integers (scores in hundredths), so a result does not depend on the order of adding.
"""

"""The frozen snapshot: one state of rankings and genres in sorted Parquet files, which every engine reads.

A frozen state means that two engines compute from the very same data, whatever is loaded meanwhile, and that the
database is read once for all jobs. Titles are never split over files, so a file can be computed by itself.
"""

"""The frozen snapshot: one state of rankings and genres in sorted Parquet files, which every engine reads.

Two engines compute from the same data whatever is loaded meanwhile, and the database is read once for all jobs. Titles
are never split over files, so each file can be computed alone.
"""

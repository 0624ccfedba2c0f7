"""Tests of the statistics: against plain Python, on both databases, and how their charts look (goldens)."""

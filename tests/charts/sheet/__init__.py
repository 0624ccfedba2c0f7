"""Tests of the statistics as a picture file or a page."""

"""Measurements of CatLog against its rivals: both sides in one run, medians, ratios. None of them is a test."""

"""Tests of the charts: what they may never do, at any width; how they look is in tests/statistics/goldens."""

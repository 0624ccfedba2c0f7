"""Tests of the demo library and its simulated history."""

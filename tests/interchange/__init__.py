"""Tests of catlog.interchange."""

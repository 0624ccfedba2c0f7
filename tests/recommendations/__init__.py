"""The recommendations, mirrored."""

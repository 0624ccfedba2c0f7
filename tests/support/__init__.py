"""What the tests stand on: servers that are real, and values made to order."""

"""Tests of the command line: in this process where that is honest, in child processes and terminals where it is not."""

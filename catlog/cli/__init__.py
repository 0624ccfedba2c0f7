"""The command line: click commands that parse, call a service and print; only `catlog.__main__` imports it."""

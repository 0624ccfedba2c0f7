"""The command line: click commands that parse, call a service and print; only `catlog.__main__` imports it.

Start-up stays short in one way: modules here import click, the standard library and light modules of CatLog at their
top; a function, or the branch that needs them, imports services and their libraries in its first lines. `main` names
the commands as `module:attribute` and imports the one that runs. A test holds `catlog --help` free of the rest.
"""

"""The screens: a package for each, with its keys, its queries and its stylesheet."""

"""The screens: a package for each, with its keys, its questions and its stylesheet."""

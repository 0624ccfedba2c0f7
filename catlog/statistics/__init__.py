"""Statistics of a list, from the list and its activity log alone, without the network.

Pure functions over rows, one module for each subject; `report` reads the rows and combines the figures.
"""

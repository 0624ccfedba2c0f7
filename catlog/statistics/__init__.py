"""What a list says about its owner: figures from the list and its activity log alone, without the network.

Pure functions over rows, one module an idea; `report` reads the rows and puts the figures together.
"""

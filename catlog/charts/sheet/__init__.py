"""The statistics as a picture file or a page: the same figures as on the screen, drawn for a browser or a viewer.

`stats_sheet` lays shapes out once; `svg` and `png` write them. `html` is a page of tables whose charts are those of the
page itself. Every text of the list is cleaned and escaped where it is written.
"""

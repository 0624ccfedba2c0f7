"""Charts as lines of text, for the command line and the app.

`gallery` lists the charts of Stats; `picture` defines what a chart consists of. A bar is a line one cell thin with its
count at its end, so that bars have air between them, and titles and numbers are the brightest things.
plotext (6.1) draws the line of months (`activity_line`); it has no line that ends in half a cell, no letters for lines
in ASCII and no labels at the ends of lines, and its import delays the first picture by 350 ms: all other charts draw
themselves.
"""

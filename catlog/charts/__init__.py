"""Charts as lines of text, for the command line and the app.

`gallery` lists the charts of Stats; `picture` defines what a chart consists of. plotext (6.1) draws a chart of Stats
where its result is the designed one:

| chart | drawn by | reason |
| --- | --- | --- |
| ratings, activity | plotext (`column_chart`) | columns that end at half a line |
| time, genres, studios | `bars` | plotext ends bars at half a cell, not an eighth, at unequal heights |
| genres and studios by mean | `bars` | bars in both directions from a dotted line, half a cell exact |
| status | `overview` | plotext frames its thinnest stacked bar with empty lines, and separates parts by colour alone |
| calendar | `calendar_heatmap` | plotext shades a heat map by colour alone, which the theme mono lacks |

Outside Stats, `line_chart` and `bump` draw themselves: plotext has braille lines, but no letters for lines in ASCII, no
labels at the ends of lines, and its import delays the first picture by 350 ms. `intervals`, `sparkline`,
`progress_bar` and `portrait` are no charts that plotext has.
"""

"""Statistics as pictures of characters, for the command line and the app alike.

`gallery` has every chart by name; `picture` says what a chart is made of. Figures and sentences that belong to no
chart are not here.
"""

"""What runs in the background of the app: snapshots, backups and computations, whichever screen is on top.

`registry.py` has the one object of the app, `work.py` what can be started, `operation.py` what is known of one, and
`steps.py` how far it is.
"""

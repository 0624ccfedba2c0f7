"""Operations in the background: snapshots, backups and computations, whichever screen is on top.

`registry.py` starts and ends them, `work.py` is what they do, `operation.py` the state of one, and `steps.py` its
progress.
"""

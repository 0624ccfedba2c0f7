"""The screen Ops: its keys, queries, forms and pages."""

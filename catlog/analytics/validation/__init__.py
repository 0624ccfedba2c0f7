"""Cross-checks: the same figures computed in several ways, held against each other column by column."""

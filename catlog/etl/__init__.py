"""The ETL: rankings are fetched, stored raw, parsed, validated, and loaded in one transaction."""

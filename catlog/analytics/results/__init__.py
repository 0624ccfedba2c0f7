"""The five result tables: staging folders of results, storing and reading them."""

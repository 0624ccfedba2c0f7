"""The five result tables: how folders of results get into them, how they are read, how two results are compared."""

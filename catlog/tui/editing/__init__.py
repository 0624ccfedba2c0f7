"""How the app edits entries of the list: actions, commands, queries, forms and dialogs."""

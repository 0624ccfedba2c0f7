"""Import and export in the app: lists come from files or pastes, and go to files or as text through the connection."""

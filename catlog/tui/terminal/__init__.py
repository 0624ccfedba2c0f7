"""How the app draws on a terminal: its capabilities, the driver, and what replaces private parts of Textual."""

"""Guests who try what they may not, through a real sshd: the server, its library, the attempts, and who judges them."""

"""What the cat says: the key for its suggestion, and a reaction to each event."""

from __future__ import annotations

from catlog.companion.suggestions import Suggestion

REACTIONS = {
    "pet": "Purr...",
    "feed": "Nom nom. Thank you!",
    "episode": "One more! I watched along.",
    "completed": "Finished! That calls for a dance.",
    "level": "We know each other better now.",
    "rated": "Noted. Good eye.",
}
"""Kind of event -> what the cat says; the film of a reaction has the same name."""

FEELINGS = {
    "greeting": "glad to see you",
    "happy": "happy",
    "excited": "excited",
    "neutral": "looking around",
    "bored": "a little bored",
    "sleeping": "asleep",
}
"""Mood -> words that follow "is"."""

_INVITATIONS = {
    "search": "to search",
    "next": "to see what is next",
    "watch": "to log one",
    "history": "to see how",
    "rate": "to rate it",
    "backup": "to make one",
    "pet": "to pet me",
}


def invitation(suggestion: Suggestion, key: str) -> str:
    """Return a sentence that names the key for a suggested action, "" where it has no key."""
    if not key:
        return ""
    return f"Press {key} {_INVITATIONS.get(suggestion.action, 'to do it')}."

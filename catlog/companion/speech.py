"""What the cat says: its suggestion with the key that follows it, and a word on whatever just happened."""

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
"""What the cat says to what happens, by the name of its moving picture."""

FEELINGS = {
    "greeting": "glad to see you",
    "happy": "happy",
    "excited": "excited",
    "neutral": "looking around",
    "bored": "a little bored",
    "sleeping": "asleep",
}
"""The moods in words that go on from "is"."""

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
    """Return the half sentence with the key of a suggested action, "" where there is no key for it."""
    if not key:
        return ""
    return f"Press {key} {_INVITATIONS.get(suggestion.action, 'to do it')}."

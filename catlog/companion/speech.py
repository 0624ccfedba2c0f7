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
    "ten": "A ten! That one stays with us.",
    "turned": "Gone. I did not look.",
    "wash": "All through, all tidy.",
    "yawn": "Oh. Good to see you.",
    "stretch": "A new day. Let us see.",
    "chase": "Wait for me!",
    "seek": "I am looking.",
    "rank": "A favorite is at its best rank!",
    "party": "My birthday, and that of this list.",
    "streak": "What a streak!",
    "startled": "That went wrong. The notice has the way.",
    "letter": "A letter for you.",
    "yarn": "Two ends of one title. Pick one.",
}
"""Kind of event -> what the cat says; the pose of a reaction has the same name."""

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

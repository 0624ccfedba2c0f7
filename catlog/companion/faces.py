"""The cat's face in five cells, for the top bar and the single line: one for each mood and each reaction."""

FACES = {
    "greeting": "=^o^=",
    "happy": "=^.^=",
    "excited": "=*o*=",
    "neutral": "=o.o=",
    "bored": "=-_-=",
    "sleeping": "=-.-=",
    "pet": "=~.~=",
    "feed": "=^n^=",
    "episode": "=o_o=",
    "completed": "=^v^=",
    "level": "=^3^=",
    "rated": "=^.-=",
}
"""Mood or kind of event -> face."""

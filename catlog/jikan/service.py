"""The numbers of Jikan: what its public instances allow, and how large its responses are."""

from __future__ import annotations

from catlog import __version__
from catlog.net.service import BodyLimits, RateLimits, Service, Timeouts

PURPOSE = "anime lists and ranking history in the terminal"
"""The purpose in the User-Agent, for the owner of an instance."""

JIKAN = Service(
    name="jikan",
    user_agent=f"CatLog/{__version__} ({PURPOSE})",
    # Public instances allow 3 a second and 60 a minute, and their terms ask for 4 s between requests of a crawl.
    rates=RateLimits(max_rate=3.0, burst=2.0, per_minute=50, reserved=5, bulk_interval=4.0),
    timeouts=Timeouts(connect=5.0, read=20.0, whole=60.0),
    # A page nests below 10 levels and has some 20,000 marks.
    body=BodyLimits(raw=2_000_000, inflated=8_000_000, depth=64, marks=200_000),
)

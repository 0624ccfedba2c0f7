"""A stand-in for Jikan, the read-only API of MyAnimeList, as bad as the real thing.

`JikanStandIn` answers over real HTTP on loopback, from an invented catalogue or from recordings, and breaks on demand.
By hand: `python -m tests.support.jikan --fault '429*3'`.
"""

from tests.support.jikan.answer import Request
from tests.support.jikan.catalogue import Catalogue, make_catalogue
from tests.support.jikan.faults import FaultError
from tests.support.jikan.server import JikanStandIn

__all__ = ["Catalogue", "FaultError", "JikanStandIn", "Request", "make_catalogue"]

"""Tables only, one module per subject; importing this package registers them all."""

from catlog.db.models.accounts import LoginThrottle, User, UserSession
from catlog.db.models.catalogue import AnimeGenre, ProcessedAnime
from catlog.db.models.etl import EtlLogs, EtlRejects, RawAnimeData
from catlog.db.models.rankings import DailyRankings

__all__ = [
    "AnimeGenre",
    "DailyRankings",
    "EtlLogs",
    "EtlRejects",
    "LoginThrottle",
    "ProcessedAnime",
    "RawAnimeData",
    "User",
    "UserSession",
]

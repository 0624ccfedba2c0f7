"""Tables as SQLModel's classes, one module per subject, each imported when one of its names is first used.

Their use is rows as objects; statements take `catlog.db.tables`, which SQLModel need not be imported for.

A module imports the modules of its foreign keys. `register_all` imports all of them, for users of the whole
`METADATA`, such as migrations.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from catlog.db.models.accounts import LoginThrottle as LoginThrottle
    from catlog.db.models.accounts import User as User
    from catlog.db.models.accounts import UserSession as UserSession
    from catlog.db.models.activity import ActivityLog as ActivityLog
    from catlog.db.models.activity import ActivitySteps as ActivitySteps
    from catlog.db.models.catalogue import AiredEpisode as AiredEpisode
    from catlog.db.models.catalogue import AnimeGenre as AnimeGenre
    from catlog.db.models.catalogue import CatalogueState as CatalogueState
    from catlog.db.models.catalogue import ProcessedAnime as ProcessedAnime
    from catlog.db.models.catalogue import TitleRequest as TitleRequest
    from catlog.db.models.companion import CompanionDeeds as CompanionDeeds
    from catlog.db.models.etl import EtlLogs as EtlLogs
    from catlog.db.models.etl import EtlRejects as EtlRejects
    from catlog.db.models.etl import RawAnimeData as RawAnimeData
    from catlog.db.models.interchange import CrossId as CrossId
    from catlog.db.models.interchange import ImportLeftovers as ImportLeftovers
    from catlog.db.models.library import UserAnime as UserAnime
    from catlog.db.models.rankings import DailyRankings as DailyRankings
    from catlog.db.models.rankings import RankingDays as RankingDays
    from catlog.db.models.results import GenrePercentiles as GenrePercentiles
    from catlog.db.models.results import ResultParts as ResultParts
    from catlog.db.models.results import RollingMomentumAnalysis as RollingMomentumAnalysis
    from catlog.db.models.results import TrendCorrelation as TrendCorrelation
    from catlog.db.models.results import TrendSignificance as TrendSignificance
    from catlog.db.models.results import VolatilityRankings as VolatilityRankings

_TABLES = {
    "accounts": ("LoginThrottle", "User", "UserSession"),
    "activity": ("ActivityLog", "ActivitySteps"),
    "catalogue": ("AiredEpisode", "AnimeGenre", "CatalogueState", "ProcessedAnime", "TitleRequest"),
    "companion": ("CompanionDeeds",),
    "etl": ("EtlLogs", "EtlRejects", "RawAnimeData"),
    "interchange": ("CrossId", "ImportLeftovers"),
    "library": ("UserAnime",),
    "rankings": ("DailyRankings", "RankingDays"),
    "results": (
        "GenrePercentiles",
        "ResultParts",
        "RollingMomentumAnalysis",
        "TrendCorrelation",
        "TrendSignificance",
        "VolatilityRankings",
    ),
}
_INDEXES = "indexes"

if not TYPE_CHECKING:  # so that type checkers still find wrong names

    def __getattr__(name: str) -> object:
        from catlog.db.declaration import entity_of

        return entity_of(declared(name))


def declared(name: str) -> Any:  # noqa: ANN401 - classes that only a type checker tells apart
    """Return the declaration of a table, without SQLModel. Raises AttributeError."""
    for module, names in _TABLES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def register_all() -> None:
    """Register all tables with all indexes."""
    for module in (*_TABLES, _INDEXES):
        import_module(f"{__name__}.{module}")

"""What questions ask: the database, the catalogue and the source's client, each opened on first use, in a thread."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from catlog.config import Settings
from catlog.errors import NotAllowedError, UnavailableError

if TYPE_CHECKING:
    from catlog.accounts.sessions import SignedIn
    from catlog.catalogue.posters import Posters
    from catlog.catalogue.search import Catalogue
    from catlog.db.session import Database
    from catlog.jikan.client import JikanClient


class Services:
    """One per app. Nothing of it is touched by the thread that draws.

    `viewer` is who is signed in, None while nobody is. `cancel` is set when the app ends: whoever waits for the source
    hands it to `client.open_source`.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.viewer: SignedIn | None = None
        self.cancel = threading.Event()
        self._lock = threading.RLock()
        self._database: Database | None = None
        self._catalogue: Catalogue | None = None
        self._client: JikanClient | None = None
        self._posters: Posters | None = None

    @property
    def database(self) -> Database:
        """The database with a current schema. Raises ConfigError, UnavailableError."""
        with self._lock:
            if self._database is None:
                self._database = self._opened()
            return self._database

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue in memory, shared by all screens."""
        with self._lock:
            if self._catalogue is None:
                from catlog.catalogue.search import Catalogue

                self._catalogue = Catalogue(self.database)
            return self._catalogue

    @property
    def client(self) -> JikanClient:
        """The client of the data source."""
        with self._lock:
            if self._client is None:
                from catlog.jikan.client import JikanClient

                self._client = JikanClient.from_settings(self.settings)
            return self._client

    @property
    def posters(self) -> Posters:
        """The covers on disk, and on the network those that are not."""
        with self._lock:
            if self._posters is None:
                from catlog.catalogue.posters import Posters

                self._posters = Posters.from_settings(self.settings)
            return self._posters

    def recognise(self) -> SignedIn | None:
        """Find out who is signed in by the token that is kept; None when nobody is."""
        from catlog.accounts.identity import current_user

        try:
            self.viewer = current_user(self.database, self.settings)
        except NotAllowedError:
            self.viewer = None
        return self.viewer

    def owner(self) -> SignedIn:
        """Return who is signed in. Raises NotAllowedError when nobody is."""
        if self.viewer is None:
            raise NotAllowedError("nobody is signed in", hint="sign in with F9")
        return self.viewer

    def source_health(self) -> tuple[str, bool]:
        """Return the short name of the first source that is well, or of the first one, and whether one is well."""
        from catlog.jikan.pace import Pace
        from catlog.jikan.sources import FAILURES_TO_OPEN, Sources

        try:
            known = Sources(self.settings.jikan_urls, self.settings.paths.state, Pace()).health()
        except UnavailableError:
            return _short(self.settings.jikan_urls[0]), False
        for health in known:
            if health.failures < FAILURES_TO_OPEN:
                return _short(health.source.url), True
        return _short(self.settings.jikan_urls[0]), False

    def close(self) -> None:
        """Give back all connections."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            if self._database is not None:
                self._database.close()

    def _opened(self) -> Database:
        from catlog.db.session import Database
        from catlog.db.upgrade import make_ready

        database = Database(self.settings.database_url, origin=self.settings.origins.get("database_url", "default"))
        try:
            return make_ready(database, self.settings.paths.backups)
        except BaseException:
            database.close()
            raise


def _short(url: str) -> str:
    """Return the telling part of a host: tenrai of api.tenrai.org, localhost of localhost:8080."""
    host = urlsplit(url).hostname or url
    labels = host.split(".")
    return host if len(labels) < 2 or labels[-1].isdecimal() else labels[-2]

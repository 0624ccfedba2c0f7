"""The services that queries work on: database, catalogue and sources, each opened on first use, in a worker thread."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from catlog.access import Role
from catlog.config import Settings
from catlog.errors import BusyError, SessionEndedError, UnavailableError
from catlog.title_language import TitleLanguage
from catlog.zones import Zone

if TYPE_CHECKING:
    from catlog.accounts.sessions import SignedIn
    from catlog.catalogue.posters import Posters
    from catlog.catalogue.remote import RemoteSearch
    from catlog.catalogue.search import Catalogue
    from catlog.catalogue.season_refresh import Seasons
    from catlog.catalogue.source import CatalogueSource
    from catlog.db.session import Database
    from catlog.library.journal.file import Journal, PendingEdit
    from catlog.library.journal.replay import ReplayResult
    from catlog.recommendations.service import Recommender

_CACHE_KIB = 2_000
"""SQLite's page cache of each of up to five connections: a screen reads little, and the app is open all day."""


class Backend:
    """The services of one app. Only the properties that say so may be read by the thread that draws.

    `cancel` is set when the app ends: requests stop waiting for the source. `seen_step` is the last step of the
    viewer's list that this app made or read. `blocked` is set while the database does not take edits.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._viewer: SignedIn | None = None
        self._zone = settings.zone_of()
        self.cancel = threading.Event()
        self._lock = threading.RLock()
        self._database: Database | None = None
        self._catalogue: Catalogue | None = None
        self._posters: Posters | None = None
        self._source: CatalogueSource | None = None
        self._remote: RemoteSearch | None = None
        self._recommender: Recommender | None = None
        self._journal_lock = threading.Lock()
        self._journal: tuple[int, Journal] | None = None
        self.seen_step = -1
        self.blocked = False

    @property
    def viewer(self) -> SignedIn | None:
        """The user who is signed in, None while nobody is. Needs no database."""
        return self._viewer

    @viewer.setter
    def viewer(self, viewer: SignedIn | None) -> None:
        with self._lock:
            self._viewer = viewer
            self._speak()

    @property
    def role(self) -> Role:
        """The role of the user. Needs no database."""
        if self._database is not None:
            return self._database.role
        return Role.OWNER if self.settings.guest is None else Role.GUEST

    @property
    def zone(self) -> Zone:
        """The time zone of the viewer, or of the settings while nobody is signed in."""
        return self.viewer.zone if self.viewer is not None else self._zone

    def expect_zone(self, own: str | None) -> None:
        """Use the time zone that an account had, until it is known who is signed in."""
        self._zone = self.settings.zone_of(own)

    @property
    def titles(self) -> TitleLanguage:
        """The viewer's language of titles, or that of the settings while nobody is signed in. Needs no database."""
        return self.settings.titles_of(self._viewer.titles if self._viewer is not None else None)

    def _speak(self) -> None:
        if self._database is not None:
            self._database.titles = self.titles

    @property
    def database(self) -> Database:
        """The database with a current schema. Raises ConfigError, UnavailableError."""
        with self._lock:
            if self._database is None:
                self._database = self._opened()
                self._speak()
            return self._database

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue in memory, shared by all screens."""
        with self._lock:
            if self._catalogue is None:
                from catlog.catalogue.search import Catalogue

                self._catalogue = Catalogue.from_settings(self.database, self.settings)
            return self._catalogue

    @property
    def posters(self) -> Posters:
        """The covers: from the disk or, where they are not cached, from the network."""
        with self._lock:
            if self._posters is None:
                from catlog.catalogue.posters import Posters

                self._posters = Posters.from_settings(self.settings)
            return self._posters

    @property
    def source(self) -> CatalogueSource:
        """The data source for searches, seasons and details, with its cached responses."""
        with self._lock:
            if self._source is None:
                from catlog.catalogue.source import CatalogueSource

                self._source = CatalogueSource(self.settings)
            return self._source

    @property
    def remote(self) -> RemoteSearch:
        """The search at the source; a newer query supersedes the one before."""
        with self._lock:
            if self._remote is None:
                from catlog.catalogue.remote import RemoteSearch

                self._remote = RemoteSearch(self.database, self.source)
            return self._remote

    @property
    def seasons(self) -> Seasons:
        """The seasons of the catalogue and of the source."""
        from catlog.catalogue.season_refresh import Seasons

        return Seasons(self.database, self.source)

    @property
    def recommender(self) -> Recommender:
        """Recommendations and random picks, with the catalogue in memory."""
        with self._lock:
            if self._recommender is None:
                from catlog.recommendations.service import Recommender

                corpus = self.settings.paths.cache / "recommendation-corpus"
                self._recommender = Recommender(self.database, self.source.responses, corpus)
            return self._recommender

    @property
    def journal(self) -> Journal:
        """The viewer's journal of pending edits. Raises NotAllowedError while nobody is signed in."""
        from catlog.library.journal.file import Journal

        owner, database = self.owner(), self.database
        with self._journal_lock:
            if self._journal is None or self._journal[0] != owner.user_id:
                if self._journal is not None:
                    self._journal[1].close()
                folder = self.settings.paths.state / "journal"
                self._journal = owner.user_id, Journal(folder, f"{database.identity}-{owner.user_id}")
            return self._journal[1]

    @property
    def pending_edits(self) -> tuple[PendingEdit, ...]:
        """The viewer's edits that are not in the database yet. Needs no database."""
        return self._journal[1].pending if self._journal is not None and self.viewer is not None else ()

    def note_steps(self, results: Iterable[ReplayResult]) -> None:
        """Remember the steps that this app made itself."""
        numbers = [result.step.number or 0 for result in results if result.step is not None]
        self.seen_step = max([self.seen_step, *numbers])

    def find_viewer(self) -> SignedIn | None:
        """Return the user of the stored token or the local identity, None when nobody is signed in."""
        from catlog.accounts.identity import current_user, session_of_guest

        guest = self.settings.guest
        self._zone = self.settings.zone_of()
        if guest is not None:
            self.viewer = self.viewer or session_of_guest(self.database, self.settings, guest)
            return self.viewer
        try:
            self.viewer = current_user(self.database, self.settings, make_local=True)
        except SessionEndedError:
            self.viewer = None
        return self.viewer

    def owner(self) -> SignedIn:
        """Return the viewer. Raises SessionEndedError when nobody is signed in, BusyError until that is known."""
        if self.viewer is None and self._database is None:
            raise BusyError("the library is still being opened", hint="try again in a moment")
        if self.viewer is None:
            raise SessionEndedError("nobody is signed in", hint="sign in with F9")
        return self.viewer

    def follow_account(self, user_id: int, timezone: str | None, titles: str | None) -> None:
        """Use the time zone and the language of titles of an account, if its user is still the viewer."""
        with self._lock:  # or a sign-out in between would be undone
            viewer = self._viewer
            if viewer is not None and viewer.user_id == user_id and viewer.zone.own != timezone:
                self._viewer = viewer = replace(viewer, zone=self.settings.zone_of(timezone))
            if viewer is not None and viewer.user_id == user_id and viewer.titles != titles:
                self._viewer = replace(viewer, titles=titles)
                self._speak()

    def source_health(self) -> tuple[str, bool]:
        """Return the short name of the first healthy source, else of the first one, and whether a source is healthy.

        A source that did not respond to the last request is not healthy.
        """
        from catlog.jikan.instances import FAILURES_TO_OPEN, Instances
        from catlog.net.backoff import Backoff

        try:
            known = Instances(self.settings.jikan_urls, self.settings.paths.state, Backoff()).health()
            silent = self.source.unresponsive()
        except UnavailableError:
            return short_host(self.settings.jikan_urls[0]), False
        for health in known:
            if health.failures < FAILURES_TO_OPEN and health.instance.url not in silent:
                return short_host(health.instance.url), True
        return short_host(self.settings.jikan_urls[0]), False

    def close(self) -> None:
        """Close all connections."""
        with self._journal_lock:
            if self._journal is not None:
                self._journal[1].close()
        with self._lock:
            if self._remote is not None:
                self._remote.supersede()
            if self._source is not None:
                self._source.close()
            if self._database is not None:
                if self.settings.guest is not None and self.viewer is not None:
                    from catlog.accounts.identity import end_guest

                    end_guest(self._database, self.viewer)
                self._database.close()

    def _opened(self) -> Database:
        from catlog.db.session import Database
        from catlog.db.upgrade import make_ready

        database = Database.configured(self.settings, cache_kib=_CACHE_KIB)
        try:
            return make_ready(database, self.settings.paths.backups)
        except BaseException:
            database.close()
            raise


def short_host(url: str) -> str:
    """Return the distinctive part of the host in a URL: tenrai of api.tenrai.org, localhost of localhost:8080."""
    host = urlsplit(url if "//" in url else f"//{url}").hostname or url
    labels = host.split(".")
    return host if len(labels) < 2 or labels[-1].isdecimal() else labels[-2]

"""The stand-in Jikan: a server on loopback that a test starts, scripts, asks about, and stops."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from email.utils import formatdate
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.jikan import refusals
from tests.support.jikan.answer import Answer, Request
from tests.support.jikan.catalogue import Anime, Catalogue, catalogue_of, make_catalogue
from tests.support.jikan.faults import FaultScript
from tests.support.jikan.query import PER_PAGE
from tests.support.jikan.recordings import SYNTHETIC_TOP, load
from tests.support.jikan.routes import Api
from tests.support.jikan.spoil import refuse, spoil
from tests.support.jikan.toplist import TopList
from tests.support.jikan.wire import Listener

_DAY = 86_400


class JikanStandIn:
    """A Jikan on loopback, to be used in a `with` statement.

    `faults` is the script of faults to begin with (see `faults.py`). `data` is the shared data folder: with it the
    recorded exchanges are replayed, `/top/anime` is the recorded list that `top` names, and the other routes answer
    from the recorded anime. Without it, or with `top="synthetic"`, an invented catalogue of `size` titles from `seed`
    answers. `monotonic` is the clock that dates requests. Leaving the `with` raises RuntimeError when the stand-in
    itself has failed on the way.
    """

    def __init__(
        self,
        *,
        faults: Iterable[str] = (),
        data: Path | str | None = None,
        size: int = 400,
        seed: int = 1,
        top: str | None = None,
        more: Iterable[Anime] = (),
        port: int = 0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._script = FaultScript(faults)
        self._recordings = load(Path(data), top) if data is not None else None
        self._more = tuple(more)
        self._api = Api(*self._sources(size, seed, synthetic=top == SYNTHETIC_TOP))
        self._port = port
        self._monotonic = monotonic
        self._released = threading.Event()
        self._requests: list[Request] = []
        self._seen: set[tuple[str, frozenset[tuple[str, str]]]] = set()
        self._lock = threading.Lock()
        self._listener: Listener | None = None
        self._thread: threading.Thread | None = None
        self._started = time.time()

    def _sources(self, size: int, seed: int, *, synthetic: bool) -> tuple[Catalogue, TopList]:
        recorded = self._recordings
        if recorded is None:
            catalogue = catalogue_of([*make_catalogue(size, seed).entries, *self._more])
        elif synthetic or not recorded.anime:
            catalogue = catalogue_of([*make_catalogue(size, seed).entries, *recorded.anime])
        else:
            catalogue = catalogue_of(recorded.anime)
        if recorded and recorded.top:
            return catalogue, TopList(recorded.top, recorded.pagination)
        return catalogue, TopList.of(catalogue)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        failures = self.stop()
        if failures and failure is None:
            raise RuntimeError(f"the stand-in Jikan failed on {len(failures)} requests") from failures[0]

    def start(self) -> None:
        """Listen, and answer from now on. The port stays the same when a stopped server is started again."""
        if self._listener is not None:
            raise RuntimeError("the stand-in Jikan is running already")
        self._listener = Listener(self._port, self, self._monotonic)
        self._port = self._listener.server_address[1]
        # The interval is how long stopping may take, and every test waits for it.
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.02,), name="stand-in Jikan")
        self._thread.start()

    def stop(self) -> list[BaseException]:
        """Stop listening and close every connection; from now on the URL refuses. Return what went wrong here."""
        if self._listener is None or self._thread is None:
            return []
        listener, self._listener = self._listener, None
        listener.close()
        self._thread.join()
        return listener.failures

    @property
    def url(self) -> str:
        """The base URL, as jikan-rest has it: ends in /v4."""
        return f"http://127.0.0.1:{self._port}/v4"

    @property
    def url_v1(self) -> str:
        """The same API under the other base path, as Tenrai has it: ends in /v1."""
        return f"http://127.0.0.1:{self._port}/v1"

    @property
    def catalogue(self) -> Catalogue:
        """The anime that the routes answer from; not to be changed."""
        return self._api.catalogue

    @property
    def requests(self) -> list[Request]:
        """The requests so far, in the order they came in."""
        with self._lock:
            return list(self._requests)

    def requests_to(self, path: str) -> list[Request]:
        """Return the requests for exactly this path, without the base: `/top/anime`."""
        return [request for request in self.requests if request.path == path]

    def forget(self) -> None:
        """Empty the list of requests."""
        with self._lock:
            self._requests.clear()

    def set_faults(self, *texts: str) -> None:
        """Put another script in place of the present one; none without arguments. Raises FaultError."""
        script = FaultScript(texts)
        with self._lock:
            self._script = script
            if self._released.is_set():
                self._released = threading.Event()

    def release(self) -> None:
        """Answer the requests that are `held`; until the next script none is held any more."""
        with self._lock:
            self._released.set()

    @property
    def fired(self) -> Mapping[str, int]:
        """How often each fault of the present script has fired, by its text."""
        with self._lock:
            return dict(self._script.fired)

    def shift(self, count: int = 3, served: int = 0) -> None:
        """Move the ranking by `count` places now, as after `served` places were read."""
        self._api.top.shift(count, served)

    def serve_top(self, entries: Iterable[Anime]) -> None:
        """Put another list behind `/top/anime`: these entries in this order, repeated ones included."""
        self._api.top.replace(entries)

    def change(self, mal_id: int, /, **facts: object) -> None:
        """Answer from now on with other facts about one anime, whatever id they have."""
        changed = {**self._api.catalogue.by_id[mal_id], **facts}
        entries = [changed if entry["mal_id"] == mal_id else entry for entry in self._api.catalogue.entries]
        catalogue = Catalogue(tuple(entries), self._api.catalogue.day)
        catalogue.by_id[mal_id] = changed
        self._api = Api(catalogue, self._api.top)

    def respond(self, request: Request) -> Answer:
        """Answer one request by the script; called by the listener from its threads."""
        with self._lock:
            self._requests.append(request)
            script, listener, released = self._script, self._listener, self._released
        plan = script.plan(request)
        if plan.wait and listener is not None:
            listener.stopping.wait(plan.wait)
        while plan.held and listener is not None and not listener.stopping.is_set() and not released.wait(0.01):
            pass
        if plan.refusal is not None:
            return refuse(plan.refusal, request)
        moves = {fault.name: fault for fault in plan.moves}
        answer = self._healthy(request, shuffle_ties="ties" in moves)
        if "shift" in moves and answer.status == 200:
            served = int(request.page) * int(request.query.get("limit", PER_PAGE))
            self.shift(int(moves["shift"].number), served)
        return spoil(plan.spoils, answer)

    def _healthy(self, request: Request, *, shuffle_ties: bool) -> Answer:
        if not request.base:
            return refusals.not_found()
        recorded = self._recordings.answer(request) if self._recordings else None
        if recorded is not None:
            return recorded
        answer = self._api.answer(request, shuffle_ties=shuffle_ties)
        return answer if answer.status != 200 else self._with_cache_headers(answer, request)

    def _with_cache_headers(self, answer: Answer, request: Request) -> Answer:
        """Return the answer as Jikan's cache labels it: a miss, and a hit from the second time on."""
        key = request.path, frozenset(request.query.items())
        with self._lock:
            status = "HIT" if key in self._seen else "MISS"
            self._seen.add(key)
        if answer.headers["Cache-Control"].startswith("public"):
            expires = formatdate(self._started + _DAY, usegmt=True)
            answer = answer.with_headers(expires=expires, last_modified=formatdate(self._started, usegmt=True))
        return answer.with_headers(
            X_Cache_Status=status, X_Powered_By="the-power-of-friendship", access_control_allow_origin="*"
        )

"""The bridge: the only place that knows both sides, the widgets that ask and the services that answer.

A question is a plain function `question(services, *args) -> records`. It runs in a thread, so it touches no widget; its
answer arrives as a message. Nothing here is imported by the services, and nothing of theirs on the way to the first
frame.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
from asyncio import Future
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, NamedTuple, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from textual.dom import DOMNode

from catlog.access import told_to
from catlog.companion.events import HasEvent
from catlog.errors import CatLogError, SessionEndedError, UnavailableError
from catlog.progress import Report
from catlog.tui.backend import Backend
from catlog.tui.messages import Answered, Failed, Progressed, Ticket
from catlog.tui.queued_edits import Made, Noted, QueuedEdit, finish_waiting, make, note, replay_waiting

if TYPE_CHECKING:
    from catlog.library.journal.file import PendingEdit
    from catlog.tui.app import CatLogApp

P = ParamSpec("P")
Value = TypeVar("Value")

THREADS = 4
"""Questions under way at once; further ones wait. Each thread keeps a connection and what that one has read."""

SLOW_SECONDS = 1.0
"""After so long an edit that is under way is shown as one that waits."""

LAST_SECONDS = 1.0
"""How long questions that are under way may take when the app ends, before their connections break."""

asking: ContextVar[str] = ContextVar("asking", default="")
"""The name of the question that the current thread answers: tests count its statements by it."""


class _Turn(NamedTuple):
    """An edit that had its turn in the thread that keeps.

    `noted` is None for one that is not kept, `making` for one that is not tried as the database is offline.
    """

    noted: Noted | None
    making: concurrent.futures.Future[Any] | None


class WorkerPool:
    """One per app: answers questions in threads, and drops the answers that nobody waits for any more."""

    def __init__(self, app: CatLogApp) -> None:
        self.backend = app.backend
        self._app = app
        self._readers = ThreadPoolExecutor(THREADS, "catlog-read")
        self._keeper = ThreadPoolExecutor(1, "catlog-keep")
        self._writer = ThreadPoolExecutor(1, "catlog-write")
        self._tickets: WeakKeyDictionary[DOMNode, dict[str, Ticket]] = WeakKeyDictionary()
        self._tasks: set[asyncio.Task[None]] = set()
        self._working: set[concurrent.futures.Future[Any]] = set()
        self._holds_keys = False

    @property
    def is_quiet(self) -> bool:
        """Whether no question is under way."""
        return not self._tasks

    @contextmanager
    def holding_keys(self, wanted: bool = True) -> Iterator[None]:
        """Let keys wait until what is asked in the block is answered, and the answer handled, if `wanted`.

        Such an answer opens what the next keys are for, or brings the titles that they are about.
        """
        self._holds_keys = wanted
        try:
            yield
        finally:
            self._holds_keys = False

    def run(
        self,
        asker: DOMNode,
        question: Callable[Concatenate[Backend, P], Any],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Ask. An answer to the same question that the same widget asked before, and has not got yet, never arrives."""
        self.run_in(question.__name__, asker, question, *args, **kwargs)

    def run_in(
        self,
        group: str | None,
        asker: DOMNode,
        question: Callable[Concatenate[Backend, P], Any],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Ask in a group of the widget, of which only the last question is answered; with None every one is."""
        call = partial(question, self.backend, *args, **kwargs)
        self._start(self._readers, asker, question.__name__, call, self._ticket(asker, group))

    def submit(
        self,
        asker: DOMNode,
        edit: Callable[Concatenate[Backend, P], Any],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Ask for an edit. None supersedes another, they run one after the other, and after each screens load again.

        An answer that is `Remarkable` is told at once to whoever reacts to deeds. A `KeptEdit` is written to the
        journal first, so that nothing can lose it; while the database is gone it waits there, and its answer says so.
        """
        name, loop = edit.__name__, asyncio.get_running_loop()
        if isinstance(edit, QueuedEdit):
            wish = partial(edit.wish, self.backend, *args, **kwargs)
            noting = loop.run_in_executor(self._keeper, self._note, edit, wish)
            self._track(self._answer_kept(asker, edit, noting))
            return
        call = partial(edit, self.backend, *args, **kwargs)
        handing = loop.run_in_executor(self._keeper, self._hand_on, name, call)
        self._track(self._answer_handed(asker, name, handing))

    def report_to(self, asker: DOMNode, question: Callable[..., Any]) -> Report:
        """Return a `Report` to give a question as an argument: what it reports arrives as `Progressed`."""
        ticket = Ticket()

        def report(step: str, done: int, total: int | None) -> None:
            with suppress(RuntimeError):  # the app has ended meanwhile
                if asker.is_running:
                    asker.post_message(Progressed(question.__name__, step, done, total, ticket))

        return report

    def replay(self) -> None:
        """Make the edits that wait for the database; the app hears what became of them."""
        call = partial(replay_waiting, self.backend)
        self._start(self._writer, self._app, replay_waiting.__name__, call, Ticket())

    def close(self) -> None:
        """Begin nothing new, wait for edits under way, a moment for questions too, and give back all connections."""
        self._readers.shutdown(wait=False, cancel_futures=True)
        self._keeper.shutdown(wait=True)
        self.backend.cancel.set()
        self._writer.submit(finish_waiting, self.backend)
        self._writer.shutdown(wait=True)
        concurrent.futures.wait(set(self._working), LAST_SECONDS)
        self.backend.close()

    def _ticket(self, asker: DOMNode, group: str | None) -> Ticket:
        ticket = Ticket()
        if group is not None:
            tickets = self._tickets.setdefault(asker, {})
            if group in tickets:
                tickets[group].stale = True
            tickets[group] = ticket
        return ticket

    def _start(
        self,
        pool: ThreadPoolExecutor,
        asker: DOMNode,
        name: str,
        call: Callable[[], Any],
        ticket: Ticket,
    ) -> None:
        def work() -> Any:  # noqa: ANN401 - whatever the question returns
            if ticket.stale:
                return None
            asking.set(name)
            return call()

        working = pool.submit(work)
        self._working.add(working)
        working.add_done_callback(self._working.discard)
        answer = asyncio.wrap_future(working)
        self._track(self._answer(asker, name, answer, ticket, edits=False), asker)

    def _track(self, answering: Coroutine[Any, Any, None], asker: DOMNode | None = None) -> None:
        task = asyncio.create_task(answering)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if asker is not None and self._holds_keys:
            hold = self._app.keyboard.hold()

            def answered(_: asyncio.Task[None]) -> None:
                # Behind the answer, in the same queue.
                if not asker.call_later(hold.release):
                    hold.release()

            task.add_done_callback(answered)

    # What an edit does in the thread that keeps: the writer gets edits in the order in which they were asked for,
    # those that are kept and those that are not.

    def _hand_on(self, name: str, call: Callable[[], Value]) -> concurrent.futures.Future[Value]:
        def work() -> Value:
            asking.set(name)
            return call()

        return self._writer.submit(work)

    def _note(self, edit: QueuedEdit[...], wish: Callable[[], PendingEdit | None]) -> _Turn:
        kept = wish()
        if kept is None:
            assert edit.otherwise is not None, "a wish is kept or asked for"
            return _Turn(None, self._hand_on(edit.__name__, partial(edit.otherwise, self.backend)))
        noted = note(self.backend, kept)
        if self._app.connection.offline and noted.problem is None:
            self.backend.stuck = True
            return _Turn(noted, None)
        return _Turn(noted, self._hand_on(edit.__name__, partial(make, self.backend, noted)))

    async def _answer_handed(self, asker: DOMNode, name: str, handing: Future[concurrent.futures.Future[Any]]) -> None:
        handed = await asyncio.shield(handing)  # what was asked for is done, also when the app ends now
        await self._answer(asker, name, asyncio.shield(asyncio.wrap_future(handed)), Ticket(), edits=True)

    async def _answer_kept(self, asker: DOMNode, edit: QueuedEdit[...], noting: Future[_Turn]) -> None:
        loop, name, ticket = asyncio.get_running_loop(), edit.__name__, Ticket()
        slow: asyncio.TimerHandle | None = None
        try:
            noted, making = await asyncio.shield(noting)  # what was asked for is kept, also when the app ends now
            if noted is None:
                assert making is not None, "what is not kept is asked for"
                await self._answer(asker, name, asyncio.shield(asyncio.wrap_future(making)), ticket, edits=True)
                return
            slow = loop.call_later(SLOW_SECONDS, self._app.edits_wait)
            if making is None:
                done = Made(None, stopped=UnavailableError("the database is offline"))
            else:
                done = await asyncio.shield(asyncio.wrap_future(making))
        except CatLogError as error:
            self._deliver(asker, Failed(name, error, ticket))
        except Exception as error:
            self._app.crash(error)
        else:
            self._take(asker, edit, noted.kept, done)
        finally:
            if slow is not None:
                slow.cancel()

    def _take(self, asker: DOMNode, edit: QueuedEdit[...], kept: PendingEdit, done: Made) -> None:
        name, ticket, own = edit.__name__, Ticket(), done.outcome
        if done.others or (own is not None and (own.step is not None or self._app.banner)):
            self._app.list_changed()
        if done.others or own is None or self._app.banner:
            self._app.edits_wait(done.others, done.stopped)
        if own is None and isinstance(done.stopped, SessionEndedError):
            self._deliver(asker, Failed(name, done.stopped, ticket))
        elif own is None:
            self._deliver(asker, Answered(name, edit.waits(kept), ticket))
        elif own.error is not None:
            self._deliver(asker, Failed(name, own.error, ticket))
        else:
            value = edit.told(own.step)
            if isinstance(value, HasEvent):
                self._app.did(value.deed)
            self._deliver(asker, Answered(name, value, ticket))

    async def _answer(
        self,
        asker: DOMNode,
        name: str,
        answer: Future[Any],
        ticket: Ticket,
        *,
        edits: bool,
    ) -> None:
        try:
            value = await answer
        except CatLogError as error:
            # A replay tells what the database said in its answer; it fails for the journal's sake alone.
            if isinstance(error, UnavailableError) and name != replay_waiting.__name__:
                self._app.check_database()
            self._deliver(asker, Failed(name, error, ticket))
        except Exception as error:
            self._app.crash(error)
        else:
            if edits:
                self._app.list_changed()
                if isinstance(value, HasEvent):
                    self._app.did(value.deed)
            self._deliver(asker, Answered(name, value, ticket))

    def _deliver(self, asker: DOMNode, reply: Answered | Failed) -> None:
        if isinstance(reply, Failed):
            reply.error = told_to(self._app.role, reply.error)
        if asker.is_running:
            asker.post_message(reply)

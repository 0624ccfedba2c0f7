"""Keys, messages and results that are handled at once, past the queues of Textual's message pumps."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from textual import events
from textual._callback import invoke
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import _character_to_key
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen

Result = TypeVar("Result")


async def dispatch(sender: MessagePump, message: Message) -> None:
    """Run the handlers of `sender` and its ancestors for a message, as if it had been posted to `sender`."""
    if isinstance(message, events.Key | events.Paste):
        message._set_forwarded()
    node: MessagePump | None = sender
    while node is not None and not (node._closing or node._closed):
        if node.check_message_enabled(message):
            with node._context(), node.prevent(*message._prevent):
                for _, method in node._get_dispatch_methods(message.handler_name, message):
                    await invoke(method, message)
        if message._stop_propagation or not message.bubble:
            return
        message.prevent_default(False)  # it holds for the classes of one widget
        node = node._parent


async def run_priority_binding(app: App[Any], key: str) -> bool:
    """Run the priority binding of a key; return whether there is one."""
    return await app._check_bindings(key, priority=True)


def take_callback(screen: Screen[Result]) -> Callable[[Result | None], None]:
    """Return a function that hands a result to the opener of a screen, to which Textual then no longer posts one."""
    waiting = screen._result_callbacks[-1] if screen._result_callbacks else None
    if waiting is None or waiting.callback is None:
        return lambda _: None
    callback, waiting.callback = waiting.callback, None

    def answer(result: Result | None) -> None:
        with waiting.requester._context():
            callback(result)

    return answer


def context_of(node: MessagePump) -> AbstractContextManager[None]:
    """Return the context in which handlers of a node run, so that it is the requester of the dialogs they open."""
    return node._context()


def find_binding(app: App[Any], node: DOMNode, binding_id: str) -> Binding | None:
    """Return a binding of a node by its id, with the first of the keys that the user has set for it."""
    for _, binding in node._bindings:
        if binding.id == binding_id:
            keys = app._keymap.get(binding_id, binding.key)
            return binding.with_key(keys.partition(",")[0])
    return None


def name_of_key(character: str) -> str:
    """Return Textual's name of the key that types a character: `question_mark` for ?."""
    return _character_to_key(character)

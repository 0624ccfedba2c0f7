"""Modules of queries that are imported by the thread that runs a query, never by the one that draws.

A query needs the services, and those SQLModel: a third of a second that no screen should wait for. A screen writes

    if TYPE_CHECKING:
        from catlog.tui.screens.week import queries
    else:
        queries = deferred("catlog.tui.screens.week.queries")

and hands `queries.read_week` to the worker pool; a type checker sees the function itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class DeferredFunction:
    """A function, or an edit, of a module that may not have been imported yet."""

    module: str
    name: str

    def load(self) -> Any:  # noqa: ANN401 - whatever stands there under this name
        """Import the module and return what this stands for."""
        return getattr(import_module(self.module), self.name)


class _DeferredModule:
    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> DeferredFunction:
        return DeferredFunction(self._module, name)


def deferred(module: str) -> Any:  # noqa: ANN401 - stands for the module, which only a type checker sees
    """Return a stand-in whose attributes are the functions of a module, not imported yet."""
    return _DeferredModule(module)

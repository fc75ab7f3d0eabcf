"""Threads that know for whom they work: contextual variables go with what they are asked to do."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class CarryingPool(ThreadPoolExecutor):
    """A pool whose work sees the contextual variables of whoever asked for it."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Let a thread do it, in a copy of the caller's context."""
        return super().submit(carrying(fn), *args, **kwargs)


def carrying(work: Callable[P, T]) -> Callable[P, T]:
    """The same work, for one call in any thread, in a copy of this caller's context."""
    context = copy_context()

    def do(*args: P.args, **kwargs: P.kwargs) -> T:
        return context.run(work, *args, **kwargs)

    return do

"""One thread for one piece of work on the device, whoever asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from service.carrying import CarryingPool

P = ParamSpec("P")
T = TypeVar("T")


class DeviceThread:
    """Runs what it is given in its own thread, one after the other, in the order of asking.

    CUDA libraries keep state for each thread that calls them: onnxruntime a context with handles and recorded
    graphs, OpenCV's flow its scratch memory. With one thread there is one of each, however many streams there
    are, and recorded graphs are replayed where they were recorded.

    Parameters
    ----------
    name
        Of the thread.
    """

    def __init__(self, name: str) -> None:
        self._pool = CarryingPool(1, thread_name_prefix=name)

    def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Let the thread do it, and wait; what it raises is raised here. Not from within that thread."""
        return self._pool.submit(work, *args, **kwargs).result()

    def doing(self, work: Callable[P, T]) -> Callable[P, T]:
        """The same work, done in the thread whoever calls for it."""

        def do(*args: P.args, **kwargs: P.kwargs) -> T:
            return self.run(work, *args, **kwargs)

        return do

    def close(self) -> None:
        """Finish what is asked for and end the thread; safe to call twice."""
        self._pool.shutdown(wait=True)

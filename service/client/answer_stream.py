"""What the live streams of the client share: how one goes through the answers, and lets go of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Any, Self

from service.client.answers import Answer, StreamEnd


class AnswerStream(ABC):
    """An asynchronous iterator over answers, and an asynchronous context manager.

    Attributes
    ----------
    ready
        What the server said before the first picture; empty until then.
    end
        The account of the stream; None until its end.
    """

    def __init__(self) -> None:
        self._answers = self._run()
        self.ready: dict[str, Any] = {}
        self.end: StreamEnd | None = None

    @abstractmethod
    def _run(self) -> AsyncGenerator[Answer]:
        """Give the answers; begins with the first that is asked for."""

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Answer:
        return await anext(self._answers)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Let go of the connection and the pictures; answers still owed are lost. May be called twice."""
        await self._answers.aclose()

"""Which flow methods can run here, and estimators of them."""

from __future__ import annotations

from threading import Lock
from typing import Any

import cv2

from service.errors import Problem
from service.flow.cpu import ESTIMATORS
from service.flow.cuda import ALGORITHMS
from service.flow.cuda.card import Card, first_line, why_no_card
from service.flow.estimator import FlowEstimator
from service.options import FlowMethod


class FlowUnavailable(Problem):
    """The flow method is known, and cannot run on this server; `/readyz` lists those that can."""

    name = "flow-unavailable"
    title = "This flow method cannot run here"
    status = 501


class FlowMethods:
    """All methods of one process; the card is looked for when first asked about. From any thread.

    Parameters
    ----------
    card_allowed
        False where the operator wants the CPU alone.
    cuda
        `cv2.cuda`.
    """

    def __init__(self, card_allowed: bool = True, cuda: Any = cv2.cuda) -> None:
        self._card_allowed = card_allowed
        self._cuda = cuda
        self._card: Card | None = None
        self._looked = False
        self._no_card: str | None = None
        self._why_not: dict[FlowMethod, str | None] = {}
        self._lock = Lock()

    def usable(self) -> tuple[FlowMethod, ...]:
        """Names of the methods that run here."""
        on_card = (method for method in ALGORITHMS if self.why_not(method) is None)
        return (*ESTIMATORS, *on_card, FlowMethod.NONE)

    def why_not(self, method: FlowMethod) -> str | None:
        """What keeps a method from running here; None when nothing does."""
        if method not in ALGORITHMS:
            return None
        with self._lock:
            if method not in self._why_not:
                self._why_not[method] = self._find_out(method)
            return self._why_not[method]

    def check(self, method: FlowMethod) -> None:
        """Raise FlowUnavailable when a method cannot run here."""
        reason = self.why_not(method)
        if reason is not None:
            raise FlowUnavailable(f"{method}: {reason}.")

    def make(self, method: FlowMethod) -> FlowEstimator:
        """An estimator for one stream of pictures.

        Parameters
        ----------
        method
            Any but ``none``.

        Raises
        ------
        FlowUnavailable
            The method cannot run here.
        """
        self.check(method)
        if method in ESTIMATORS:
            return ESTIMATORS[method]()
        assert self._card is not None, "what can run on the card was tried there"
        return self._card.estimator(method)

    def close(self) -> None:
        """Let go of the card; estimators must not be used after."""
        with self._lock:
            if self._card is not None:
                self._card.close()
            self._card, self._looked = None, False
            self._why_not.clear()

    def _find_out(self, method: FlowMethod) -> str | None:
        if not self._looked:
            self._no_card, self._looked = self._look(), True
        if self._card is None:
            return self._no_card
        return self._card.why_not(method)

    def _look(self) -> str | None:
        """Take the card; what is in the way, if something is."""
        if not self._card_allowed:
            return "FLOWPOSE_DEVICE=cpu keeps the service off the card"
        reason = why_no_card(self._cuda)
        if reason is None:
            try:
                self._card = Card(self._cuda)
            except cv2.error as error:
                return f"OpenCV cannot use the card: {first_line(error)}"
        return reason

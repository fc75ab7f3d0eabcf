"""The reader of files that the operator's choice means on this machine."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from service.media.reader import HERE, Reader
from service.media.sandbox.choice import SandboxChoice
from service.media.sandbox.errors import DecoderCrashed, DecoderStalled, SandboxUnavailable

if TYPE_CHECKING:
    from service.media.sandbox.messages import Confined
    from service.media.sandbox.sandbox import Sandbox

logger = logging.getLogger(__name__)


@contextmanager
def chosen_reader(choice: SandboxChoice, idle_s: float, *, trusted: bool = False) -> Iterator[Reader]:
    """Give the reader, and end its processes when the block is left; the log tells what confines them.

    Parameters
    ----------
    choice
        The operator's.
    idle_s
        How long a decoder may give nothing new.
    trusted
        The files are the user's own: ``auto`` then decodes them in this process.

    Raises
    ------
    SandboxUnavailable
        ``on``, and the machine cannot confine processes, or not fully.
    """
    if choice is SandboxChoice.OFF or (choice is SandboxChoice.AUTO and trusted):
        yield HERE
        return
    try:
        sandbox, told = _tried(idle_s)
    except SandboxUnavailable as unavailable:
        if choice is SandboxChoice.ON:
            raise
        logger.warning("files are decoded in this process: %s", unavailable.detail)
        yield HERE
        return
    with sandbox:
        _tell(told, fully=choice is SandboxChoice.ON)
        yield sandbox


def sandbox_here() -> list[str]:
    """Say in lines what the sandbox can do on this machine, for people; found out by trying."""
    try:
        sandbox, told = _tried(idle_s=30.0)
    except SandboxUnavailable as unavailable:
        return [f"does not work: {unavailable.detail}"]
    sandbox.close()
    return [*told.by, *(f"not here: {name}: {why}" for name, why in told.missing.items())]


def _tell(told: Confined, *, fully: bool) -> None:
    missing = "; ".join(f"{name}: {why}" for name, why in told.missing.items())
    if missing and fully:
        raise SandboxUnavailable(f"Not all that FLOWPOSE_SANDBOX=on asks for is here: {missing}.")
    logger.info("files are decoded in processes of their own: %s", "; ".join(told.by))
    if missing:
        logger.warning("what confines them elsewhere and cannot here: %s", missing)


def _tried(idle_s: float) -> tuple[Sandbox, Confined]:
    """A sandbox that works, and what it does."""
    if sys.platform != "linux":
        raise SandboxUnavailable("Processes are confined on Linux only.")
    from service.media.sandbox.sandbox import Sandbox  # of parts that other systems lack

    sandbox = Sandbox(idle_s)
    try:
        return sandbox, sandbox.confinement()
    except BaseException as error:
        sandbox.close()
        if isinstance(error, DecoderCrashed | DecoderStalled | OSError):
            raise SandboxUnavailable(f"A trial of it failed: {error}") from error
        raise

"""Flow between two labelled frames, kept on disk until the later label is reached."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from service.flow.field import FlowPair
from service.propagation.errors import WorkspaceFull

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class FlowFile:
    """The last ``capacity`` flow pairs put into it, in a file without a name that goes with the object.

    Parameters
    ----------
    capacity
        Pairs; an older one gives its place to a newer.
    size
        Longest side of a flow picture, pixels. The file never gets longer than
        ``capacity * size * size * 8`` bytes: two fields of two components in half precision, which is exact
        to a hundredth of a pixel for motion below 16 pixels.
    folder
        Where the file lies; the system's folder for temporary files if None.
    """

    def __init__(self, capacity: int, size: int, folder: Path | None = None) -> None:
        self._capacity = capacity
        self._record = size * size * 2 * 2 * np.dtype(np.float16).itemsize
        self._file = tempfile.TemporaryFile(prefix="flowpose-flow-", dir=folder, buffering=0)  # noqa: SIM115
        self._heads: dict[int, tuple[int, tuple[int, ...], NDArray[np.float64]]] = {}

    @property
    def size_bytes(self) -> int:
        """Length of the file."""
        return os.fstat(self._file.fileno()).st_size

    def put(self, frame: int, pair: FlowPair) -> None:
        """Keep the motion between ``frame`` and the next one.

        Raises
        ------
        WorkspaceFull
            The disk is full.
        """
        both = np.stack([pair.forward, pair.backward]).astype(np.float16)
        slot = frame % self._capacity
        try:
            os.pwrite(self._file.fileno(), both.tobytes(), slot * self._record)
        except OSError as error:
            if error.errno in NO_ROOM:
                raise WorkspaceFull(
                    "The disk filled up with the flow between two labelled frames."
                ) from error
            raise
        self._heads[slot] = frame, both.shape, pair.to_flow

    def get(self, frame: int) -> FlowPair | None:
        """The motion between ``frame`` and the next one; None if it was not put, or too long ago."""
        slot = frame % self._capacity
        kept, shape, to_flow = self._heads.get(slot, (-1, (0,), np.zeros((2, 3))))
        if kept != frame:
            return None
        data = os.pread(self._file.fileno(), int(np.prod(shape)) * 2, slot * self._record)
        both = np.frombuffer(data, np.float16).reshape(shape).astype(np.float32)
        return FlowPair(both[0], both[1], to_flow)

    def close(self) -> None:
        """Let the file go; may be called twice."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

"""Memory that the service shares with one worker, for frames on their way."""

from __future__ import annotations

import fcntl
import mmap
import os

import numpy as np

from service.media.frame import Image

SLOTS = 4  # frames: the worker goes on while the service is held up


class Ring:
    """A few pictures of one size, in memory that has no name and is gone with its last user.

    The size is sealed: a worker that could cut it off would crash the service.

    Parameters
    ----------
    width, height
        Of each picture, pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        self._shape = (height, width, 3)
        self._picture_bytes = height * width * 3
        size = SLOTS * self._picture_bytes
        self._file = os.memfd_create("flowpose-frames", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            os.ftruncate(self._file, size)
            seals = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
            fcntl.fcntl(self._file, fcntl.F_ADD_SEALS, seals)
            self._memory = mmap.mmap(self._file, size, prot=mmap.PROT_READ)
        except BaseException:
            os.close(self._file)
            raise

    @property
    def descriptor(self) -> int:
        """For the worker."""
        return self._file

    def picture(self, index: int) -> Image:
        """Copy the picture with this number out of its slot; the worker may then overwrite it."""
        at = index % SLOTS * self._picture_bytes
        return np.ndarray(self._shape, np.uint8, buffer=self._memory, offset=at).copy()

    def close(self) -> None:
        """Let go of the memory; the worker's part ends with the worker."""
        self._memory.close()
        os.close(self._file)

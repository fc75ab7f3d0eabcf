"""Answers kept in a file, to be read again: for formats whose first line says who comes in the last frame."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from service.api.formats.errors import TooManyPeople
from service.temporal.pose import FramePoses

FRAME = struct.Struct("<qdi")  # index, seconds, people
PERSON = struct.Struct("<i")  # id, and after it the joints
MAX_PEOPLE = 24  # in all of a video: each has its own columns, also in frames without them


@dataclass(frozen=True, slots=True)
class Taped:
    """What is kept of one frame.

    Attributes
    ----------
    index, time_s
        As in :class:`~service.temporal.pose.FramePoses`.
    people
        Id -> (K, 2) float32: x, y in pixels of the displayed frame; NaN where not known.
    """

    index: int
    time_s: float
    people: dict[int, NDArray[np.float32]]


class Tape:
    """Frames in a file without a name, that goes with the object.

    Parameters
    ----------
    joints
        Names of the K joints of everybody.
    folder
        Where the file lies; the system's folder for temporary files if None.
    """

    def __init__(self, joints: tuple[str, ...], folder: Path | None) -> None:
        self._joints = joints
        self._file = tempfile.TemporaryFile(prefix="flowpose-tape-", dir=folder)  # noqa: SIM115
        self._first_s = self._last_s = 0.0
        self._ids: set[int] = set()
        self.frames = 0

    def put(self, poses: FramePoses) -> None:
        """Append a frame.

        Raises
        ------
        TooManyPeople
            There have been more than 24 in all.
        """
        self._ids.update(person.id for person in poses.people)
        if len(self._ids) > MAX_PEOPLE:
            raise TooManyPeople(
                f"Each of more than {MAX_PEOPLE} people would have columns of their own up to frame "
                f"{poses.index}; formats with a row for each joint (csv, parquet) hold any number."
            )
        self._file.write(FRAME.pack(poses.index, poses.time_s, len(poses.people)))
        for person in poses.people:
            self._file.write(PERSON.pack(person.id) + person.joints.astype("<f4").tobytes())
        self._first_s = self._first_s if self.frames else poses.time_s
        self._last_s = poses.time_s
        self.frames += 1

    @property
    def ids(self) -> tuple[int, ...]:
        """Everybody who was seen, in order."""
        return tuple(sorted(self._ids))

    @property
    def start_s(self) -> float:
        """Time of the first frame, seconds."""
        return self._first_s

    @property
    def rate(self) -> float:
        """Frames a second, the mean over the video; 30 where there is no time between frames."""
        seconds = self._last_s - self._first_s
        return (self.frames - 1) / seconds if seconds > 0 else 30.0

    @property
    def labels(self) -> tuple[str, ...]:
        """Name of each column of points: the joint's, with the person before it where there are several.

        Where nobody is, there are the columns of one person.
        """
        if len(self._ids) <= 1:
            return self._joints
        return tuple(f"person{id_}:{joint}" for id_ in self.ids for joint in self._joints)

    def __iter__(self) -> Iterator[Taped]:
        """Read the frames from the beginning; nothing may be put meanwhile."""
        self._file.seek(0)
        while head := self._file.read(FRAME.size):
            index, time_s, count = FRAME.unpack(head)
            yield Taped(index, time_s, dict(self._person() for _ in range(count)))

    def row(self, taped: Taped) -> NDArray[np.float32]:
        """(P, 2) float32, x and y of all labels' points; NaN for who is not there and what is not known."""
        nobody = np.full((len(self._joints), 2), np.nan, np.float32)
        rows = [taped.people.get(id_, nobody) for id_ in self.ids]
        return np.concatenate(rows or [nobody])

    def close(self) -> None:
        """Let the file go; may be called twice."""
        self._file.close()

    def _person(self) -> tuple[int, NDArray[np.float32]]:
        (id_,) = PERSON.unpack(self._file.read(PERSON.size))
        data = self._file.read(len(self._joints) * 2 * 4)
        return int(id_), np.frombuffer(data, "<f4").reshape(-1, 2)

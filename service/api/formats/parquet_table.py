"""Apache Parquet: the long table of `csv`, compressed and typed, for pandas, polars, DuckDB and the like."""

from __future__ import annotations

from importlib import import_module
from typing import Any, ClassVar

import numpy as np

from service.api.formats.errors import FormatUnavailable
from service.api.formats.file_format import FileFormat
from service.api.schemas import HeaderSchema
from service.temporal.pose import FramePoses, Pose

ROWS_AT_ONCE = 1 << 16  # a row group; some megabytes of memory
COLUMNS = ("frame", "time_s", "person", "joint", "x", "y", "score", "spread")


class Parquet(FileFormat):
    """A row for each joint of each person in each frame (parquet.apache.org, "File Format").

    `frame`, `person` int32, `time_s` float64, `joint` dictionary of text, `x`, `y`, `score`, `spread`
    float32: pixels of the displayed image from the top left, `spread` in pixels; null where a joint is not
    known. Frames with nobody in view have no row. The file's metadata have the header of the native answer
    as JSON under `flowpose`, the number of frames under `frames`, and under `error` what ended the video
    early.
    """

    name: ClassVar[str] = "parquet"
    media_type: ClassVar[str] = "application/vnd.apache.parquet"
    suffix: ClassVar[str] = "parquet"
    renamed: ClassVar[bool] = True

    @classmethod
    def check(cls) -> None:
        """Raise FormatUnavailable where pyarrow is not installed."""
        try:
            import_module("pyarrow.parquet")
        except ImportError:
            raise FormatUnavailable(
                "format=parquet needs pyarrow: pip install 'flowpose[parquet]'."
            ) from None

    def _begin(self, header: HeaderSchema) -> None:
        self.check()
        # Not needed by anything else, and 170 MB: it is imported where it is used, and may be missing.
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
        self._arrow = arrow
        self._joints = header.skeleton.joints
        self._waiting: list[tuple[int, float, Pose]] = []
        self._frames = 0
        joint = arrow.dictionary(arrow.int16(), arrow.string())
        kinds = (arrow.int32(), arrow.float64(), arrow.int32(), joint, *[arrow.float32()] * 4)
        told = {"flowpose": header.model_dump_json(by_alias=True)}
        self._schema = arrow.schema(list(zip(COLUMNS, kinds, strict=True)), metadata=told)
        self._writer = self._held.enter_context(
            parquet.ParquetWriter(self._file, self._schema, compression="zstd")
        )

    def _add(self, poses: FramePoses) -> None:
        for person in poses.people:
            self._waiting.append((poses.index, poses.time_s, person))
        self._frames += 1
        if len(self._waiting) * len(self._joints) >= ROWS_AT_ONCE:
            self._write_group()

    def _finish(self) -> None:
        self._write_group()
        told = {"frames": str(self._frames)}
        if self.trouble is not None:
            told["error"] = self.trouble.model_dump_json(exclude_none=True)
        self._writer.add_key_value_metadata(told)
        self._writer.close()

    def _write_group(self) -> None:
        if self._waiting:
            table = self._arrow.Table.from_arrays(self._columns(), schema=self._schema)
            self._writer.write_table(table)
        self._waiting = []

    def _columns(self) -> list[Any]:
        """Arrays of all rows that wait, in the order of :data:`COLUMNS`."""
        array, count = self._arrow.array, len(self._joints)
        indices, times_s, people = zip(*self._waiting, strict=True)
        joint = array(np.tile(np.arange(count, dtype=np.int16), len(people)))
        joints = np.concatenate([person.joints for person in people])
        unknown = ~np.isfinite(joints).all(axis=1)
        values = (
            *joints.T,
            np.concatenate([person.scores for person in people]),
            np.concatenate([person.spread for person in people]),
        )
        return [
            array(np.repeat(np.array(indices, np.int32), count)),
            array(np.repeat(times_s, count)),
            array(np.repeat(np.array([person.id for person in people], np.int32), count)),
            self._arrow.DictionaryArray.from_arrays(joint, array(self._joints)),
            *(array(np.ascontiguousarray(column), mask=unknown) for column in values),
        ]

"""Where videos and results of jobs lie: a folder, or an object store."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

from service.jobs.errors import StoreUnusable
from service.jobs.objects import ObjectReader, ObjectWriter
from service.jobs.results import ResultReader, ResultWriter
from service.jobs.segments import SegmentReader, SegmentWriter

VIDEO, RESULTS = "video", "results"


class JobFiles(Protocol):
    """The files of all jobs, by the job's name; serves any thread."""

    def keep(self, id_: str, path: Path) -> None:
        """Take in a job's video, and wait until it is safe; the file itself stays the caller's."""
        ...

    def video(self, id_: str) -> AbstractContextManager[Path]:
        """The video as a local file, for as long as the block lasts; raises FileNotFoundError."""
        ...

    def address(self, id_: str) -> str:
        """The video for whoever shares the store: a path, or an address that fsspec knows."""
        ...

    def writer(self, id_: str) -> ResultWriter:
        """Go on with the results; one at a time."""
        ...

    def reader(self, id_: str) -> ResultReader:
        """Read the results."""
        ...

    def remove(self, id_: str) -> None:
        """Remove all of a job; nothing happens if there is nothing."""
        ...

    def ids(self) -> set[str]:
        """Jobs of which there is a file."""
        ...


class FolderFiles:
    """A folder for each job in a folder on a disk.

    Parameters
    ----------
    root
        Made if it is not there.
    """

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self._root = root

    def keep(self, id_: str, path: Path) -> None:
        """See :meth:`JobFiles.keep`; a second name for the same bytes where the disk is the same."""
        kept = self._root / id_ / VIDEO
        kept.parent.mkdir(exist_ok=True)
        try:
            os.link(path, kept)
        except OSError:
            shutil.copyfile(path, kept)
        with kept.open("rb") as file:
            os.fsync(file.fileno())

    @contextmanager
    def video(self, id_: str) -> Iterator[Path]:
        """See :meth:`JobFiles.video`."""
        path = self._root / id_ / VIDEO
        path.stat()
        yield path

    def address(self, id_: str) -> str:
        """See :meth:`JobFiles.address`."""
        return str((self._root / id_ / VIDEO).absolute())

    def writer(self, id_: str) -> ResultWriter:
        """See :meth:`JobFiles.writer`."""
        return SegmentWriter(self._root / id_ / RESULTS)

    def reader(self, id_: str) -> ResultReader:
        """See :meth:`JobFiles.reader`."""
        return SegmentReader(self._root / id_ / RESULTS)

    def remove(self, id_: str) -> None:
        """See :meth:`JobFiles.remove`."""
        shutil.rmtree(self._root / id_, ignore_errors=True)

    def ids(self) -> set[str]:
        """See :meth:`JobFiles.ids`."""
        return {path.name for path in self._root.iterdir() if path.is_dir()}


class ObjectFiles:
    """Objects of any store that fsspec knows, such as S3.

    Parameters
    ----------
    url
        ``s3://bucket/folder``; each kind has a package of its own.
    spool
        Local folder for the videos that are being worked on.

    Raises
    ------
    StoreUnusable
        There is no such kind of store, or its package is missing.
    """

    def __init__(self, url: str, spool: Path) -> None:
        spool.mkdir(parents=True, exist_ok=True)
        self._spool = spool
        self._files, self._root = _file_system(url)

    def keep(self, id_: str, path: Path) -> None:
        """See :meth:`JobFiles.keep`."""
        self._files.makedirs(f"{self._root}/{id_}/{RESULTS}", exist_ok=True)
        self._files.put_file(str(path), f"{self._root}/{id_}/{VIDEO}")

    @contextmanager
    def video(self, id_: str) -> Iterator[Path]:
        """See :meth:`JobFiles.video`; a copy."""
        with tempfile.TemporaryDirectory(prefix="video-", dir=self._spool) as folder:
            path = Path(folder) / VIDEO
            self._files.get_file(f"{self._root}/{id_}/{VIDEO}", str(path))
            yield path

    def address(self, id_: str) -> str:
        """See :meth:`JobFiles.address`."""
        return str(self._files.unstrip_protocol(f"{self._root}/{id_}/{VIDEO}"))

    def writer(self, id_: str) -> ResultWriter:
        """See :meth:`JobFiles.writer`."""
        return ObjectWriter(self._files, f"{self._root}/{id_}/{RESULTS}")

    def reader(self, id_: str) -> ResultReader:
        """See :meth:`JobFiles.reader`."""
        return ObjectReader(self._files, f"{self._root}/{id_}/{RESULTS}")

    def remove(self, id_: str) -> None:
        """See :meth:`JobFiles.remove`."""
        folder = f"{self._root}/{id_}"
        self._files.invalidate_cache()
        if self._files.exists(folder):
            self._files.rm(folder, recursive=True)

    def ids(self) -> set[str]:
        """See :meth:`JobFiles.ids`."""
        self._files.invalidate_cache()
        try:
            return {str(path).rpartition("/")[2] for path in self._files.ls(self._root, detail=False)}
        except FileNotFoundError:
            return set()


def _file_system(url: str) -> tuple[Any, str]:
    try:
        import fsspec  # type: ignore[import-untyped]
    except ImportError as error:
        raise StoreUnusable(
            "An address in FLOWPOSE_JOBS_DIR needs pip install 'flowpose[stores]'."
        ) from error
    try:
        files, root = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise StoreUnusable(f"FLOWPOSE_JOBS_DIR cannot be used: {error}") from error
    return files, str(root).rstrip("/")

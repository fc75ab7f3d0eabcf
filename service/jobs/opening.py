"""Jobs as the settings want them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.engine import Engine
from service.jobs.claim import Claim
from service.jobs.errors import StoreUnusable
from service.jobs.files import FolderFiles, JobFiles, ObjectFiles
from service.jobs.jobs import JobLimits, Jobs
from service.jobs.runner import Work
from service.jobs.sql_store import SqlStore
from service.jobs.store import JobStore
from service.jobs.together import Together
from service.jobs.work import Workshop
from service.media.reader import Reader
from service.settings import Settings
from service.split.split import workers_of
from service.telemetry.telemetry import Telemetry

FILE = "jobs.sqlite3"


def open_jobs(settings: Settings, engine: Engine, reader: Reader, telemetry: Telemetry) -> Jobs:
    """Open the store and prepare the workers; enter the result to start them.

    Parameters
    ----------
    settings
        `store`, `workers`, and all that begin with `jobs_`.
    engine, reader
        What jobs are worked on with.
    telemetry
        Counts the work.

    Raises
    ------
    StoreUnusable
        The database cannot be reached, or the folder cannot be written.
    """
    with _usable_folder(settings) as folder:
        files = _files(settings, folder)
        workers = workers_of(settings.workers)
        together = None if workers is None else Together(workers, reader)
        work = Workshop(engine, files, reader.open_video, settings.jobs_max_s, together).work
        limits = JobLimits(settings.jobs_max_queued, settings.jobs_max_bytes, settings.jobs_keep_s)
        store = _store(settings, folder)
        return Jobs(store, files, folder, limits, _watched(work, telemetry), settings.jobs_workers)


def check_jobs(settings: Settings) -> None:
    """Raise StoreUnusable if :func:`open_jobs` would."""
    with _usable_folder(settings) as folder:
        _files(settings, folder)
        _store(settings, folder).close()


@contextmanager
def _usable_folder(settings: Settings) -> Iterator[Path]:
    """The local folder, which only the service's user can look into."""
    local = settings.jobs_dir and not _is_address(settings)
    folder = Path(settings.jobs_dir) if local else settings.data_dir / "jobs"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield folder
    except OSError as error:
        told = f"{folder} cannot be used for jobs: {error.strerror}. Set FLOWPOSE_JOBS_DIR."
        raise StoreUnusable(told) from error


def _is_address(settings: Settings) -> bool:
    return "://" in settings.jobs_dir


def _store(settings: Settings, folder: Path) -> JobStore:
    return SqlStore(settings.store or f"sqlite:///{folder.absolute() / FILE}")


def _files(settings: Settings, folder: Path) -> JobFiles:
    if _is_address(settings):
        return ObjectFiles(settings.jobs_dir, folder / "spool")
    return FolderFiles(folder / "files")


def _watched(work: Work, telemetry: Telemetry) -> Work:
    """The same work, counted, and named in the lines it logs."""

    def watched(claim: Claim, stop: threading.Event) -> None:
        with telemetry.work("job", {"job_id": claim.job.id}):
            work(claim, stop)

    return watched

"""Removes what nobody needs any more."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from service.jobs.files import JobFiles
from service.jobs.owner import Owner
from service.jobs.store import JobStore
from service.jobs.uploads import Uploads

ORPHAN_S = 3600.0  # files without a job may belong to one that is being made


class Sweeper:
    """Old jobs, files without a job, traces of dead processes.

    Parameters
    ----------
    store, files, uploads, owner
        See :class:`~service.jobs.jobs.Jobs`.
    incoming
        Folder of folders in which processes receive videos.
    keep_s
        Seconds for which a job is kept after its last change.
    """

    def __init__(
        self, store: JobStore, files: JobFiles, uploads: Uploads, owner: Owner, incoming: Path, keep_s: float
    ) -> None:
        self._store = store
        self._files = files
        self._uploads = uploads
        self._owner = owner
        self._incoming = incoming
        self._keep_s = keep_s
        self._orphans: dict[str, float] = {}

    def sweep(self, now: float | None = None) -> None:
        """Remove all that can be removed.

        Parameters
        ----------
        now
            Seconds since 1970; the clock's if None.
        """
        now = time.time() if now is None else now
        for job in self._store.past(now - self._keep_s):
            self.remove(job.id)
        self._sweep_orphans(now)
        self._owner.sweep(self._store.owners())
        for left in self._incoming.iterdir():
            if not self._owner.is_known(left.name):
                shutil.rmtree(left, ignore_errors=True)

    def remove(self, id_: str) -> None:
        """Remove all of a job."""
        self._files.remove(id_)
        self._uploads.remove(id_)
        self._store.drop(id_)

    def _sweep_orphans(self, now: float) -> None:
        """Remove files that have been seen without a job for long."""
        ids = self._files.ids() | self._uploads.ids()
        orphans = {id_ for id_ in ids if self._store.find(id_) is None}
        self._orphans = {id_: self._orphans.get(id_, now) for id_ in orphans}
        for id_, since in self._orphans.items():
            if now - since > ORPHAN_S:
                self.remove(id_)

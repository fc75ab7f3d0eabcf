"""What a section measures with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.datasets.jhmdb import Clip, read_clips
from models.datasets.split import JHMDB_ACTIONS, learnt_from
from models.evaluation.served import Job, Results, Setting, measure
from models.reporting.errors import DataMissing
from service.networks.catalogue import find
from service.options import Options


@dataclass(frozen=True, slots=True)
class Bench:
    """Data, networks and how much to measure.

    Attributes
    ----------
    data
        Name in :data:`models.datasets.catalogue.READERS` -> folder.
    models_dir
        Where ``NAME.onnx`` files lie.
    model
        That videos are measured with.
    every
        Only every n-th clip; None for what the section thinks right.
    workers
        Processes.
    """

    data: Mapping[str, Path]
    models_dir: Path
    model: str = Options().model
    every: int | None = None
    workers: int = 2

    def folder(self, kind: str) -> Path:
        """Of one data set; DataMissing when it was not named."""
        if kind not in self.data:
            raise DataMissing(f"{kind} is needed: --data {kind}=DIR")
        return self.data[kind]

    def clips(self, every: int = 1) -> tuple[Clip, ...]:
        """Of JHMDB, those of tier A from which nothing was learnt.

        Pooling weights are learnt from half of the clips; a network of our own may have been trained on all
        but the held-out actions.

        Parameters
        ----------
        every
            Only every n-th, if the user does not say.
        """
        ours = not find(self.model).pulled
        clips = [
            clip
            for clip in read_clips(self.folder("jhmdb"), "A")
            if not learnt_from(clip) and (clip.action in JHMDB_ACTIONS or not ours)
        ]
        if not clips:
            raise DataMissing("the folder of jhmdb has no clip of tier A that nothing was learnt from")
        return tuple(clips[:: self.every or every])

    def measure(self, settings: tuple[Setting, ...], clips: tuple[Clip, ...]) -> Results:
        """Run the served path; see :func:`models.evaluation.served.measure`."""
        threads = 1 if self.workers > 1 else None
        return measure(
            Job(self.models_dir, Options(model=self.model), settings, threads), clips, self.workers
        )

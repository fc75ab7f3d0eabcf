"""The loop of a training."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import cv2
from tqdm import tqdm

from models.training.checkpoint import save_checkpoint, save_weights
from models.training.learner import Learner
from models.training.loader import Loader
from models.training.log import Log
from models.training.measure import Measured, measure
from models.training.person import Person
from models.training.pictures import heatmap_picture
from models.training.stop import Stop

LOG_EVERY_S = 30.0
SAVE_EVERY_S = 300.0
MEASURE_EVERY_S = 1800.0

CHECKPOINT, WEIGHTS, LOG, PICTURES = "checkpoint.pt", "weights.pt", "log.csv", "pictures"


@dataclass(slots=True)
class Clock:
    """Says when something is due again."""

    every_s: float
    _last: float = field(default_factory=time.monotonic)

    def due(self) -> bool:
        """Whether the time has passed; if so it starts anew."""
        now = time.monotonic()
        if now - self._last < self.every_s:
            return False
        self._last = now
        return True


class Training:
    """One run of learning: steps until told to stop, and on the way checkpoints, measures and pictures.

    Parameters
    ----------
    learner
        Goes on from its step.
    loader
        Of the training people.
    held_out
        People to measure on; the first one is drawn. May be empty.
    folder
        Where everything is written; it exists.
    threads
        That make batches.
    """

    def __init__(
        self, learner: Learner, loader: Loader, held_out: Sequence[Person], folder: Path, threads: int = 1
    ) -> None:
        self._threads = threads
        self._learner, self._loader, self._held_out, self._folder = learner, loader, held_out, folder
        self._joints = loader.skeleton.joints
        self._log = Log(folder / LOG, self._joints)
        self._start = self._line_start = time.monotonic()
        self._losses: list[float] = []
        (folder / PICTURES).mkdir(exist_ok=True)

    def run(self, stop: Stop, measure_every_s: float = MEASURE_EVERY_S) -> Measured | None:
        """Learn until it is time to stop, then save; the accuracy at the end, None without held-out people.

        Raises
        ------
        TrainingDiverged
            Nothing more is saved then: the last checkpoint is a good one.
        """
        log, save, look = Clock(LOG_EVERY_S), Clock(SAVE_EVERY_S), Clock(measure_every_s)
        learner = self._learner
        with (
            stop.on_signals(),
            self._loader.batches(learner.step, self._threads) as batches,
            self._bar(stop) as bar,
        ):
            while not stop.wanted(learner.step):
                self._losses.append(learner.learn(next(batches)))
                bar.update()
                if look.due():
                    self._write_log(bar, self._measure())
                elif log.due():
                    self._write_log(bar, None)
                if save.due():
                    self._save()
            self._save()
            measured = self._measure()
            self._write_log(bar, measured)
        return measured

    def _bar(self, stop: Stop) -> tqdm[NoReturn]:
        return tqdm(initial=self._learner.step, total=stop.steps, unit="step", smoothing=0.05)

    def _save(self) -> None:
        save_checkpoint(self._learner, self._folder / CHECKPOINT)
        save_weights(self._learner, self._folder / WEIGHTS)

    def _measure(self) -> Measured | None:
        if not self._held_out:
            return None
        network, device, side = self._learner.best, self._learner.device, self._learner.side
        picture = heatmap_picture(network, self._held_out[0], self._joints, device, side)
        path = self._folder / PICTURES / f"{self._learner.step:07d}.png"
        cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
        return measure(network, self._held_out, device, side)

    def _write_log(self, bar: tqdm[NoReturn], measured: Measured | None) -> None:
        """A line of the log about the steps since the last one, if there were any."""
        if not self._losses:
            return
        now = time.monotonic()
        loss = sum(self._losses) / len(self._losses)
        speed = len(self._losses) * self._loader.size / (now - self._line_start)
        learner = self._learner
        self._log.write(learner.step, now - self._start, loss, learner.rate, speed, measured)
        shown = {"loss": f"{loss:.3f}", "pictures/s": f"{speed:.1f}"}
        bar.set_postfix(shown | ({} if measured is None else {"pck": f"{measured.mean:.1f}"}))
        self._losses, self._line_start = [], now

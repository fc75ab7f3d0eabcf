"""The loop of a PoseWarper's training."""

from __future__ import annotations

import csv
import time
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from models.training.loop import LOG_EVERY_S, MEASURE_EVERY_S, SAVE_EVERY_S, Clock
from models.training.stop import Stop
from models.warping.checkpoint import save_checkpoint, save_weights
from models.warping.learner import WarpLearner
from models.warping.measure import WarpMeasured, measure
from models.warping.pairs import Pairs, Picker

CHECKPOINT, WEIGHTS, LOG = "checkpoint.pt", "posewarper.pt", "log.csv"
COLUMNS = ("step", "seconds", "loss", "identity", "warped", "copied", "propagated")


class WarpTraining:
    """One run of learning: steps until told to stop, and on the way checkpoints, measures and a log.

    Parameters
    ----------
    learner
        Goes on from its step.
    picker
        Of pairs to learn from.
    held_out
        Pairs to measure on.
    folder
        Where everything is written; it exists.
    size
        Pairs in a step.
    seed
        Of the pairs, together with the step: a resumed training sees the pairs that an unbroken one would.
    """

    def __init__(
        self, learner: WarpLearner, picker: Picker, held_out: Pairs, folder: Path, size: int, seed: int
    ) -> None:
        self._learner, self._picker, self._held_out = learner, picker, held_out
        self._folder, self._size, self._seed = folder, size, seed
        self._start = time.monotonic()
        self._losses: list[float] = []

    def run(self, stop: Stop) -> WarpMeasured:
        """Learn until it is time to stop, then save and measure.

        Raises
        ------
        TrainingDiverged
            Nothing more is saved then: the last checkpoint is a good one.
        """
        log, save, look = Clock(LOG_EVERY_S), Clock(SAVE_EVERY_S), Clock(MEASURE_EVERY_S)
        learner = self._learner
        with stop.on_signals(), self._bar(stop) as bar:
            while not stop.wanted(learner.step):
                self._losses.append(learner.learn(self._picker.draw(self._size, (self._seed, learner.step))))
                bar.update()
                if look.due():
                    self._write_log(bar, self._measured())
                elif log.due():
                    self._write_log(bar, None)
                if save.due():
                    self._save()
            self._save()
            measured = self._measured()
            self._write_log(bar, measured)
        return measured

    def _measured(self) -> WarpMeasured:
        return measure(self._learner.network, self._held_out, self._learner.aim)

    def _bar(self, stop: Stop) -> tqdm[NoReturn]:
        return tqdm(initial=self._learner.step, total=stop.steps, unit="step", smoothing=0.05)

    def _save(self) -> None:
        save_checkpoint(self._learner, self._folder / CHECKPOINT)
        save_weights(self._learner, self._folder / WEIGHTS)

    def _write_log(self, bar: tqdm[NoReturn], measured: WarpMeasured | None) -> None:
        """A line of the log about the steps since the last one, if there were any."""
        if not self._losses:
            return
        loss, self._losses = sum(self._losses) / len(self._losses), []
        path, seconds = self._folder / LOG, time.monotonic() - self._start
        cells = [str(self._learner.step), f"{seconds:.0f}", f"{loss:.4f}"]
        if measured is not None:
            cells += [f"{measured.identity:.4f}", f"{measured.warped:.4f}"]
            cells += [f"{measured.copied:.1f}", f"{measured.propagated:.1f}"]
        is_new = not path.exists()
        with path.open("a", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([COLUMNS, cells] if is_new else [cells])
        bar.set_postfix({"loss": f"{loss:.3f}"})

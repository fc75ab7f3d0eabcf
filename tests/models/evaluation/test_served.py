"""The served pipeline, real networks and all, over a small data set."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.datasets.jhmdb import read_clips
from models.evaluation.degrade import Damage
from models.evaluation.joint_map import MEASURED
from models.evaluation.metrics import Tally
from models.evaluation.served import Job, Setting, found_joints, measure
from service.networks.catalogue import ModelMissing, ModelUnknown
from service.options import Options, Pooling
from service.temporal.pose import FramePoses, Pose

SINGLE = Setting(Damage.NONE, Pooling.NONE)
POOLED = Setting(Damage.BLUR, Pooling.PARAMETRIC)


def pose(person: int, at: float) -> Pose:
    ones = np.ones(2, np.float32)
    return Pose(person, np.full((2, 2), at, np.float32), ones, ones)


def face(result: Tally, alpha: float) -> float:
    return float(result.pck(alpha)[MEASURED.index("face")])


def test_the_first_person_counts_and_nobody_is_no_number() -> None:
    answers = [FramePoses(0, 0.0, (pose(1, 5), pose(2, 9)), 1), FramePoses(1, 0.1, (), 0)]
    found = found_joints(answers, 2)
    assert (found[0] == 5).all()
    assert np.isnan(found[1]).all()


def test_a_labelled_face_is_found_in_every_frame(models_dir: Path, jhmdb: Path) -> None:
    told: list[int] = []
    job = Job(models_dir, Options(), (SINGLE, POOLED))
    results = measure(job, read_clips(jhmdb), 1, told.append)
    assert list(results) == [SINGLE, POOLED]
    assert results[SINGLE].frames == 12
    assert results[SINGLE].misses == 0
    assert face(results[SINGLE], 0.1) == 100
    assert face(results[POOLED], 0.2) > 50
    assert told == [1, 1]


def test_settings_are_really_run(models_dir: Path, jhmdb: Path) -> None:
    blurred = Setting(Damage.BLUR, Pooling.NONE)
    results = measure(Job(models_dir, Options(), (SINGLE, blurred, POOLED)), read_clips(jhmdb, "A"), 1)
    errors = [results[setting].errors for setting in (SINGLE, blurred, POOLED)]
    assert not np.array_equal(errors[0], errors[1], equal_nan=True)
    assert not np.array_equal(errors[1], errors[2], equal_nan=True)


def test_processes_find_the_same(models_dir: Path, jhmdb: Path) -> None:
    job = Job(models_dir, Options(), (SINGLE,), threads=1)
    clips = read_clips(jhmdb)
    alone, shared = measure(job, clips, 1)[SINGLE], measure(job, clips, 2)[SINGLE]
    assert np.allclose(
        np.sort(alone.errors, axis=0), np.sort(shared.errors, axis=0), atol=1e-5, equal_nan=True
    )


def test_a_model_that_is_not_here_is_named(tmp_path: Path, jhmdb: Path) -> None:
    with pytest.raises(ModelMissing, match="blazepose-full"):
        measure(Job(tmp_path, Options(), (SINGLE,)), read_clips(jhmdb), 2)


def test_a_model_that_does_not_exist_is_named(tmp_path: Path, jhmdb: Path) -> None:
    with pytest.raises(ModelUnknown, match="blaze"):
        measure(Job(tmp_path, Options(model="blaze"), (SINGLE,)), read_clips(jhmdb), 1)

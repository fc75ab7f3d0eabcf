"""The served pipeline, real networks and all, over a small data set."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.datasets.jhmdb import Clip, read_clips
from models.evaluation.degrade import Damage
from models.evaluation.joint_map import COLUMNS, MEASURED, to_measured
from models.evaluation.metrics import Tally, tally
from models.evaluation.served import Job, Setting, measure
from service.engine import Engine
from service.media.video import open_video
from service.networks.blazepose33 import BLAZEPOSE33
from service.networks.catalogue import ModelMissing, ModelUnknown
from service.options import FlowMethod, Options, Pooling
from tests.models.disc_people import write_networks

SINGLE = Setting(Damage.NONE, Pooling.NONE)
POOLED = Setting(Damage.BLUR, Pooling.PARAMETRIC)


def face(result: Tally, alpha: float) -> float:
    return float(result.pck(alpha)[MEASURED.index("face")])


def served(models_dir: Path, options: Options, clip: Clip) -> np.ndarray:
    """(T, 13, 2): what a user is answered."""
    found = np.full((len(clip.joints), len(BLAZEPOSE33.joints), 2), np.nan, np.float32)
    with Engine(models_dir) as engine, open_video(clip.video) as video, engine.stream(options) as stream:
        for answer in [each for frame in video for each in stream.push(frame)] + stream.finish():
            found[answer.index] = answer.people[0].joints
    return to_measured(found)


@pytest.mark.parametrize(
    ("pooling", "window", "lookahead"),
    [(Pooling.SUM, 2, 2), (Pooling.PARAMETRIC, 3, 1), (Pooling.NONE, 0, 0), (Pooling.ADAPTIVE, 5, 5)],
)
def test_what_is_measured_is_what_users_are_answered(
    models_dir: Path, jhmdb: Path, pooling: Pooling, window: int, lookahead: int
) -> None:
    (clip,) = read_clips(jhmdb, "A")
    options = Options(pooling=pooling, window=window, lookahead=lookahead)
    setting = Setting(Damage.NONE, pooling, FlowMethod.DIS, window)
    others = (Setting(Damage.NONE, Pooling.MAX, window=15), SINGLE)
    result = measure(Job(models_dir, replace(Options(), lookahead=lookahead), (*others, setting)), [clip], 1)
    labels, valid = clip.joints[:, COLUMNS], clip.valid[:, COLUMNS]
    answered = tally(served(models_dir, options, clip), labels, valid, 1.0)
    assert np.allclose(result[setting].errors, answered.errors, atol=1e-5, equal_nan=True)


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


def test_a_network_of_the_upper_body_is_measured_on_its_seven_joints(
    models_dir: Path, jhmdb: Path, tmp_path: Path
) -> None:
    folder = write_networks(tmp_path / "models")
    shutil.copy(models_dir / "person-detector.onnx", folder)
    job = Job(folder, Options(model="spatial-net-fusion"), (SINGLE,))
    result = measure(job, read_clips(jhmdb, "A"), 1)[SINGLE]
    labelled = dict(zip(MEASURED, (~np.isnan(result.errors)).any(axis=0).tolist(), strict=True))
    assert {name for name, there in labelled.items() if there} == {"face", "right_shoulder", "left_shoulder"}
    assert result.misses == result.frames  # nobody here wears discs

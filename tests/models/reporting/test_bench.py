from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from zlib import crc32

import pytest

from models.evaluation.degrade import Damage
from models.evaluation.served import Setting
from models.reporting.bench import Bench
from models.reporting.errors import DataMissing
from service.options import Pooling


def test_only_clips_are_taken_from_which_no_weights_were_learnt(clips_bench: Bench) -> None:
    (clip,) = clips_bench.clips()
    assert clip.tier == "A"
    assert crc32(clip.name.encode()) % 2 == 1


def test_a_folder_with_none_of_them_is_said(jhmdb: Path, tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match="no clip of tier A"):
        Bench({"jhmdb": jhmdb}, tmp_path).clips()


def test_a_data_set_that_was_not_given_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match="--data jhmdb=DIR"):
        Bench({}, tmp_path).clips()


def test_the_user_says_how_many_clips_rather_than_the_section(clips_bench: Bench) -> None:
    assert len(clips_bench.clips(every=5)) == 1
    assert len(replace(clips_bench, every=1).clips(every=99)) == 1


def test_clips_are_run_through_the_service(clips_bench: Bench) -> None:
    setting = Setting(Damage.NONE, Pooling.NONE)
    assert clips_bench.measure((setting,), clips_bench.clips())[setting].frames == 6


def test_clips_that_a_network_of_ours_may_have_seen_are_left_out(clips_bench: Bench) -> None:
    labels = clips_bench.folder("jhmdb") / "joints.json"
    ours = replace(clips_bench, model="spatial-net-fusion")
    assert [clip.action for clip in ours.clips()] == ["wave"]
    labels.write_text(labels.read_text().replace('"wave"', '"golf"'))
    assert [clip.action for clip in clips_bench.clips()] == ["golf"]
    with pytest.raises(DataMissing):
        ours.clips()

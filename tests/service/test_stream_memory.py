from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pydantic import TypeAdapter

from service.engine import Engine
from service.media.frame import Frame
from service.options import FlowMethod, Options, Pooling, Refine
from service.stream_memory import WARM_UP, StreamMemory
from service.temporal.pose import FramePoses

FRAMES = 56
CUT = 28  # before this frame the scene changes
MEMORY = TypeAdapter(StreamMemory)


@pytest.fixture(scope="module")
def video(astronaut: np.ndarray) -> list[Frame]:
    """The astronaut, past whom the camera moves, in uneven frames; after a cut dark and mirrored."""
    frames = []
    for n in range(FRAMES):
        seen = astronaut[:320, 3 * n : 3 * n + 320]
        picture = seen if n < CUT else seen[:, ::-1] // 3
        frames.append(Frame(n, n / 25 + (n % 3) / 400, np.ascontiguousarray(picture)))
    return frames


@pytest.mark.parametrize(
    "options",
    [
        Options(),
        Options(people=2, pooling=Pooling.ADAPTIVE, refine=Refine.SPATIOTEMPORAL),
        Options(window=7, lookahead=2, flow=FlowMethod.FARNEBACK),
    ],
)
def test_a_resumed_stream_gives_the_same_answers_to_the_last_bit(
    engine: Engine, video: list[Frame], options: Options
) -> None:
    memories: dict[int, bytes] = {}
    with engine.stream(options) as stream:
        whole = []
        for frame in video:
            whole += stream.push(frame)
            memories[frame.index] = MEMORY.dump_json(stream.memory())
        whole += stream.finish()
    assert whole[20].people
    assert whole[CUT + 10].people
    for at in (11, CUT - 1, CUT + 2):
        assert _alike(_resumed(engine, options, memories[at], video[at:]), whole[at + WARM_UP :])


def test_the_comparison_above_can_fail(engine: Engine, video: list[Frame]) -> None:
    with engine.stream(Options()) as stream:
        whole = [answer for frame in video for answer in stream.push(frame)] + stream.finish()
    with engine.stream(Options()) as stream:
        for frame in video[:12]:
            stream.push(frame)
        memory = replace(stream.memory(), people=replace(stream.memory().people, here={}))
    assert not _alike(
        _resumed(engine, Options(), MEMORY.dump_json(memory), video[11:]), whole[11 + WARM_UP :]
    )


def test_a_memory_is_a_few_kilobytes(engine: Engine, video: list[Frame]) -> None:
    with engine.stream(Options(people=2)) as stream:
        for frame in video:
            stream.push(frame)
        assert len(MEMORY.dump_json(stream.memory())) < 4000


def _resumed(engine: Engine, options: Options, memory: bytes, video: list[Frame]) -> list[FramePoses]:
    last, *rest = video
    with engine.stream(options) as stream:
        stream.resume(MEMORY.validate_json(memory), last)
        answers = [answer for frame in rest for answer in stream.push(frame)] + stream.finish()
    return answers[WARM_UP - 1 :]


def _alike(some: list[FramePoses], others: list[FramePoses]) -> bool:
    return len(some) == len(others) and all(map(_same, some, others))


def _same(one: FramePoses, other: FramePoses) -> bool:
    return (one.index, one.time_s, one.pooled, len(one.people)) == (
        other.index,
        other.time_s,
        other.pooled,
        len(other.people),
    ) and all(
        a.id == b.id
        and a.joints.tobytes() == b.joints.tobytes()
        and a.scores.tobytes() == b.scores.tobytes()
        and a.spread.tobytes() == b.spread.tobytes()
        for a, b in zip(one.people, other.people, strict=True)
    )

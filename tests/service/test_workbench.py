from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

from service.device_thread import DeviceThread
from service.engine import Engine
from service.flow import FlowMethods, FlowUnavailable
from service.networks.catalogue import DETECTOR, find
from service.networks.cuda_choices import CudaChoices
from service.networks.device import Device
from service.networks.opening import open_network
from service.networks.session import open_session
from service.networks.upper7 import UPPER7
from service.options import FlowMethod, Options, Pooling
from service.people.detector import Detector
from service.pipeline import PoseStream
from service.temporal.device import DevicePooling
from service.temporal.device.pooler import DevicePooler
from service.temporal.pooling import Pooler
from service.workbench import Workbench, Workbenches
from tests.astronaut import answers, frames

COUNT = 6


def refuse(model: bytes) -> None:
    raise AssertionError("nothing is opened for the CPU")


def test_beside_a_network_on_the_cpu_the_kernel_pools() -> None:
    benches = Workbenches(FlowMethods(card_allowed=False), refuse)  # type: ignore[arg-type]
    assert benches.beside("cpu").make_pooler is Pooler
    benches.close()


def test_motion_is_made_only_where_options_need_it() -> None:
    bench = Workbench(FlowMethods(card_allowed=False).make, Pooler)
    assert bench.motion(Options()) is not None
    assert bench.motion(Options(flow=FlowMethod.NONE)) is None
    assert bench.motion(Options(pooling=Pooling.NONE)) is None
    with pytest.raises(FlowUnavailable):
        bench.motion(Options(flow=FlowMethod.CUDA_BROX))


def test_a_stream_that_pools_by_the_graph_gives_the_poses_of_the_kernel(
    models_dir: Path, engine: Engine, astronaut: np.ndarray
) -> None:
    """The device's own path, from picture to joints, with its buffers in the CPU's memory."""
    options = Options(window=2, lookahead=2)
    pooling = DevicePooling(lambda model: open_session(model, Device.CPU, 1), memory="cpu")
    thread = DeviceThread("unused")
    network = open_network(models_dir / "blazepose-full.onnx", Device.CPU, 1, CudaChoices(), thread)
    detector = Detector(open_session(models_dir / f"{DETECTOR}.onnx", Device.CPU, 1))
    bench = Workbench(FlowMethods().make, pooling.pooler)
    lane = network.lane(live=False)
    with PoseStream(options, find(options.model), lane, detector.detect, bench) as stream:
        got = [answer for frame in frames(astronaut, COUNT) for answer in stream.push(frame)]
        got += stream.finish()
    pooling.close()
    for mine, theirs in zip(got, answers(engine, options, astronaut, COUNT), strict=True):
        assert mine.pooled == theirs.pooled
        np.testing.assert_allclose(mine.people[0].joints, theirs.people[0].joints, atol=0.02)
        np.testing.assert_allclose(mine.people[0].scores, theirs.people[0].scores, atol=1e-3)


def test_beside_a_network_on_a_card_the_graph_pools() -> None:
    opened: list[bytes] = []

    def open_(model: bytes) -> ort.InferenceSession:
        opened.append(model)
        return open_session(model, Device.CPU, 1)

    benches = Workbenches(FlowMethods(card_allowed=False), open_)
    one, other = (benches.beside("cuda:0").pooler(Options(), UPPER7, ()) for _ in range(2))
    assert isinstance(one, DevicePooler)
    assert isinstance(other, DevicePooler)
    assert opened == [], "nothing is made before it is needed"
    benches.close()
    benches.close()

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import nn

from export.errors import NetworkUnsuitable, UnknownModel
from export.torch_network import OPSET, with_head
from models.training.network import NetworkName
from service.networks.heatmap_network import HeatmapNetwork
from tests.export.networks import pictures, untrained

PARITY = 1e-4  # of maps in [0, 1]


def session(model: onnx.ModelProto) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])


@pytest.fixture(params=["spatial-net-fusion", "spatial-net", "coordinate-net", "pose-machine", "hrnet"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def network(served: dict[str, nn.Module], name: str) -> nn.Module:
    return served[name]


@pytest.fixture
def model(exported: dict[str, onnx.ModelProto], name: str) -> onnx.ModelProto:
    return exported[name]


@pytest.mark.parametrize("count", [1, 3])
def test_the_file_answers_what_pytorch_does(network: nn.Module, model: onnx.ModelProto, count: int) -> None:
    images = pictures(count)
    with torch.no_grad():
        expected = network(images).numpy()
    assert expected.max() > 0.5, "empty maps would agree whatever the network does"
    (maps,) = session(model).run(["heatmaps"], {"image": images.numpy()})
    assert maps.dtype == np.float32
    assert maps.shape == (count, 7, 64, 64)
    np.testing.assert_allclose(maps, expected, atol=PARITY, rtol=0)
    assert maps.min() >= 0
    assert maps.max() <= 1


def test_batch_norm_is_folded_and_everything_runs_on_cuda_too(model: onnx.ModelProto) -> None:
    kinds = {node.op_type for node in model.graph.node}
    assert not kinds & {"BatchNormalization", "Transpose"}
    assert [entry.version for entry in model.opset_import if entry.domain == ""] == [OPSET]


def test_the_file_says_what_it_is_and_nothing_of_where_it_was_made(name: str, model: onnx.ModelProto) -> None:
    told = {entry.key: entry.value for entry in model.metadata_props}
    assert told["name"] == name
    assert told["skeleton"] == "upper7"
    data = model.SerializeToString()
    assert b".py" not in data
    assert b"site-packages" not in data


def test_the_service_runs_it(model: onnx.ModelProto) -> None:
    image = np.full((256, 256, 3), 128, np.uint8)
    assert HeatmapNetwork(session(model)).heatmaps([image, image]).shape == (2, 7, 64, 64)


def test_conv8_alone_leaves_the_fusion_layers_behind(exported: dict[str, onnx.ModelProto]) -> None:
    def kernels(name: str) -> set[tuple[int, ...]]:
        return {tuple(c.dims[2:]) for c in exported[name].graph.initializer if len(c.dims) == 4}

    assert kernels("spatial-net-fusion") - kernels("spatial-net") == {(7, 7), (13, 13)}
    runs = [session(exported[name]) for name in ("spatial-net", "spatial-net-fusion")]
    early, late = (run.run(None, {"image": pictures(1).numpy()})[0] for run in runs)
    assert np.abs(early - late).max() > 0.1


def test_of_a_machine_in_stages_only_the_last_maps_are_enlarged(exported: dict[str, onnx.ModelProto]) -> None:
    kinds = [node.op_type for node in exported["pose-machine"].graph.node]
    assert kinds.count("Resize") == 2  # the picture, and the maps of the last stage


def test_a_name_that_is_not_ours_is_refused() -> None:
    with pytest.raises(UnknownModel, match="spatial-net-fusion"):
        with_head(nn.Identity(), "blazepose-full")


@pytest.mark.parametrize(
    ("network", "asked"),
    [
        (NetworkName.SPATIAL_NET, "spatial-net-fusion"),
        (NetworkName.SPATIAL_NET, "coordinate-net"),
        (NetworkName.COORDINATE_NET, "spatial-net"),
        (NetworkName.SPATIAL_NET_FUSION, "coordinate-net"),
        (NetworkName.SPATIAL_NET_FUSION, "pose-machine"),
        (NetworkName.POSE_MACHINE, "spatial-net-fusion"),
        (NetworkName.POSE_MACHINE, "spatial-net"),
        (NetworkName.POSE_MACHINE, "hrnet"),
    ],
)
def test_weights_of_another_kind_are_refused(network: NetworkName, asked: str) -> None:
    with pytest.raises(NetworkUnsuitable, match=asked):
        with_head(untrained(network), asked)


def test_weights_for_other_joints_are_refused() -> None:
    with pytest.raises(NetworkUnsuitable, match=r"13, 64, 64.*7, 64, 64"):
        with_head(untrained(NetworkName.SPATIAL_NET, joints=13), "spatial-net")

"""Networks that take crops as they are cut, and prepare them on the device.

Why this much goes to the device, and no more (`python -m tests.benchmarks.crop_cost`, an EPYC core). Making
32 crops into one float32 batch takes 6.6 ms in the one thread that serves the card, and there are 25 MB to
copy; putting their bytes side by side takes 0.2 ms, and there are 6 MB. So the card does the rest. Cutting
a crop out of a 720p frame takes 0.5 ms, and stays on the host: each stream does it in its own thread,
beside the others. On the card it would want the whole frame there, 2.8 MB against 0.2 MB, copied while the
network waits, for pictures that were decoded on the host; and buffers for all sizes of frames, where
buffers that stay in place are what keeps memory from creeping. It would pay where frames are decoded on the
card.
"""

from __future__ import annotations

from pathlib import Path

from service.networks.device import DeviceUnavailable
from service.temporal.grid import INPUT_SIZE

TO_UNIT_RANGE = 1 / 255


def with_bytes_in(model: Path) -> bytes:
    """Make a network take (N, 256, 256, 3) uint8 RGB instead of (N, 3, 256, 256) float32 in [0, 1].

    Parameters
    ----------
    model
        ONNX file with one such input. What stands before its first node is the arithmetic of
        `service.networks.heatmap_network.to_batch`, so that the answers are the same to the last bit.

    Returns
    -------
    The ONNX file's content.

    Raises
    ------
    DeviceUnavailable
        The package `onnx` is not here; it comes with the extra ``gpu``.
    """
    try:
        import onnx
        from onnx import TensorProto, helper
    except ImportError as error:
        raise DeviceUnavailable(
            f"Networks on the card need a Python package that is not here: {error}. Install flowpose[gpu]."
        ) from error
    network = onnx.load(model)
    (image,) = network.graph.input
    side_by_side, crops = image.name, f"{image.name}.bytes"
    first = [
        # Turned while it is still bytes: a quarter of the memory to go through.
        helper.make_node("Transpose", [crops], ["crops.turned"], "crops.turn", perm=[0, 3, 1, 2]),
        helper.make_node("Cast", ["crops.turned"], ["crops.float"], "crops.cast", to=TensorProto.FLOAT),
        helper.make_node("Mul", ["crops.float", "crops.scale"], [side_by_side], "crops.scaled"),
    ]
    nodes = [*first, *network.graph.node]
    del network.graph.node[:], network.graph.input[:]
    network.graph.node.extend(nodes)
    network.graph.initializer.append(
        helper.make_tensor("crops.scale", TensorProto.FLOAT, [], [TO_UNIT_RANGE])
    )
    shape = ["N", INPUT_SIZE, INPUT_SIZE, 3]
    network.graph.input.append(helper.make_tensor_value_info(crops, TensorProto.UINT8, shape))
    return bytes(network.SerializeToString())

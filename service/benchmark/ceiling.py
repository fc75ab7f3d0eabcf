"""What arithmetic a device can do at most: the rate of one large matrix product, measured here and now."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnxruntime as ort

from service.benchmark.on_device import bound
from service.benchmark.timing import median, seconds_each

Open = Callable[[bytes], ort.InferenceSession]
SIDES = {"cpu": 1024, "cuda:0": 8192}  # a card must be filled; a core should not take minutes


def product_rate(open_: Open, device: str, dtype: type[np.generic], least_s: float) -> float:
    """Operations a second of a product of two square matrices of random numbers.

    Parameters
    ----------
    open_
        Opens an ONNX file's content on the device.
    device
        ``cpu`` or ``cuda:0``.
    dtype
        float16, or float32, which a card may multiply as TF32.
    least_s
        As :func:`~service.benchmark.timing.seconds_each`.

    Raises
    ------
    ImportError
        The package `onnx` is not here.

    Notes
    -----
    Random numbers, for zeros run faster: they cost less power. What a vendor's sheet says lies higher.
    """
    side = SIDES[device]
    random = np.random.default_rng(0)
    feeds = {name: random.standard_normal((side, side), np.float32).astype(dtype) for name in ("a", "b")}
    run = bound(open_(product_model(side, dtype)), feeds)
    return 2 * side**3 / median(seconds_each(run, least_s))


def product_model(side: int, dtype: type[np.generic]) -> bytes:
    """A graph that multiplies two square matrices, ``a`` and ``b``."""
    from service.temporal.device.nodes import Nodes

    nodes = Nodes()
    shape = (side, side)
    factors = [nodes.input(name, dtype, shape) for name in ("a", "b")]
    return nodes.model(product=(nodes("MatMul", *factors), dtype, shape))

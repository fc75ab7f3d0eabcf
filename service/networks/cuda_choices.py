"""How onnxruntime uses a CUDA device: the operator's choices, and the provider options they become."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CudaChoices:
    """What may be chosen about a CUDA session.

    Attributes
    ----------
    memory_bytes
        Most memory that the arena of one network may take; None for no limit.
    graphs
        Record the launches of each batch size once and replay them: less work for the host, at the price of
        memory that is never given back. A network is recorded when it is opened, and CUDA may refuse that
        while other threads use the card: meant for services of one network.
    allow_cpu_nodes
        Run even where nodes that do real work sit on the CPU (see `node_placement`).
    exact
        Multiply in full single precision. Otherwise TF32, which keeps 10 bits of each factor.
    search
        How cuDNN chooses an algorithm for each convolution: ``HEURISTIC``, ``EXHAUSTIVE`` or ``DEFAULT``.
    channels_last
        Lay pictures out as tensor cores like them; `tests.benchmarks.cuda_network` tells what it brings.
    """

    memory_bytes: int | None = None
    graphs: bool = False
    allow_cpu_nodes: bool = False
    exact: bool = False
    search: str = "HEURISTIC"
    channels_last: bool = False


def provider_options(choices: CudaChoices) -> dict[str, str]:
    """Options of onnxruntime's CUDA provider.

    Parameters
    ----------
    choices
        The operator's.

    Returns
    -------
    Names and values as `onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html` has them.

    Notes
    -----
    The arena grows by what is asked for, not to the next power of two: with a few fixed batch sizes, each
    warmed at the start, it reaches its size there and stays.
    """
    options = {
        "device_id": "0",
        "arena_extend_strategy": "kSameAsRequested",
        "cudnn_conv_algo_search": choices.search,
        "use_tf32": "0" if choices.exact else "1",
        "enable_cuda_graph": "1" if choices.graphs else "0",
        "prefer_nhwc": "1" if choices.channels_last else "0",
    }
    if choices.memory_bytes is not None:
        options["gpu_mem_limit"] = str(choices.memory_bytes)
    return options

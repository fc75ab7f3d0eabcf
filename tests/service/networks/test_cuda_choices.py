from __future__ import annotations

from service.networks.cuda_choices import CudaChoices, provider_options


def test_memory_grows_by_what_is_asked_for_and_has_no_limit_unless_given() -> None:
    options = provider_options(CudaChoices())
    assert options["arena_extend_strategy"] == "kSameAsRequested"
    assert "gpu_mem_limit" not in options
    assert provider_options(CudaChoices(memory_bytes=2**31))["gpu_mem_limit"] == "2147483648"


def test_graphs_exactness_search_and_layout_are_choices() -> None:
    plain = provider_options(CudaChoices())
    names = ("enable_cuda_graph", "use_tf32", "prefer_nhwc")
    assert [plain[name] for name in names] == ["0", "1", "0"]
    chosen = provider_options(CudaChoices(graphs=True, exact=True, search="EXHAUSTIVE", channels_last=True))
    assert [chosen[name] for name in names] == ["1", "0", "1"]
    assert chosen["cudnn_conv_algo_search"] == "EXHAUSTIVE"


def test_every_value_is_text_as_onnxruntime_wants_it() -> None:
    options = provider_options(CudaChoices(memory_bytes=1, graphs=True))
    assert all(isinstance(value, str) for value in options.values())

"""Small TFLite models made on the spot, both runtimes to compare them in, and our own networks as ONNX."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import flatbuffers
import numpy as np
import onnx
import onnxruntime
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from torch import nn

from export.onnx_writer import Output, write_onnx
from export.rewrite import cut, explicit_pads, fold_pads, resize_after_pointwise
from export.tflite_file import read_graph
from export.torch_network import to_onnx, with_head
from models.training.network import NetworkName
from tests.export.networks import untrained

TYPES = {"float32": 0, "float16": 1, "int32": 2, "int8": 9}


@dataclass
class Builder:
    """A TFLite model in the making; every method answers a tensor's id."""

    model: Any = field(default_factory=schema.ModelT)
    tensors: list[Any] = field(default_factory=list)
    buffers: list[Any] = field(default_factory=lambda: [schema.BufferT()])
    operators: list[Any] = field(default_factory=list)
    codes: list[Any] = field(default_factory=list)

    def tensor(self, shape: tuple[int, ...], kind: str = "float32", data: bytes | None = None) -> int:
        tensor = schema.TensorT()
        tensor.shape, tensor.type, tensor.name = list(shape), TYPES[kind], f"t{len(self.tensors)}".encode()
        if data is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(data, np.uint8)
            self.buffers.append(buffer)
            tensor.buffer = len(self.buffers) - 1
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def constant(self, values: NDArray[Any]) -> int:
        return self.tensor(values.shape, values.dtype.name, values.tobytes())

    def node(
        self, kind: str, inputs: list[int], shape: tuple[int, ...], options: str = "", **values: int
    ) -> int:
        code = schema.OperatorCodeT()
        code.builtinCode = getattr(schema.BuiltinOperator, kind)
        code.deprecatedBuiltinCode = min(code.builtinCode, 127)
        self.codes.append(code)
        operator = schema.OperatorT()
        operator.opcodeIndex = len(self.codes) - 1
        if options:
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, options)
            operator.builtinOptions = getattr(schema, f"{options}T")()
            vars(operator.builtinOptions).update(values)
        output = self.tensor(shape)
        operator.inputs, operator.outputs = inputs, [output]
        self.operators.append(operator)
        return output

    def finish(self, inputs: list[int], outputs: list[int]) -> bytes:
        graph = schema.SubGraphT()
        graph.tensors, graph.operators, graph.inputs, graph.outputs = (
            self.tensors,
            self.operators,
            inputs,
            outputs,
        )
        self.model.version, self.model.subgraphs = 3, [graph]
        self.model.operatorCodes, self.model.buffers = self.codes, self.buffers
        builder = flatbuffers.Builder(1024)
        builder.Finish(self.model.Pack(builder), file_identifier=b"TFL3")
        return bytes(builder.Output())


@pytest.fixture
def new() -> Builder:
    return Builder()


@pytest.fixture
def run_tflite() -> Callable[[bytes, NDArray[np.float32]], NDArray[np.float32]]:
    def run(model: bytes, image: NDArray[np.float32]) -> NDArray[np.float32]:
        """(1, H, W, C) -> the first output, in TFLite's layout."""
        interpreter = Interpreter(model_content=model)
        interpreter.allocate_tensors()
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], image)
        interpreter.invoke()
        return np.array(interpreter.get_tensor(interpreter.get_output_details()[0]["index"]))

    return run


@pytest.fixture
def run_converted() -> Callable[..., NDArray[np.float32]]:
    def run(model: bytes, image: NDArray[np.float32], rewrite: bool = True) -> NDArray[np.float32]:
        """Convert, run in onnxruntime, and answer the first output in TFLite's layout."""
        read = read_graph(model)
        graph = explicit_pads(cut(read, [read.names[read.outputs[0]]]))
        if rewrite:
            graph = resize_after_pointwise(fold_pads(graph))
        written = write_onnx(graph, "test", "image", [Output(graph.names[graph.outputs[0]], "result")])
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(
            written.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        result = np.asarray(session.run(["result"], {"image": image.transpose(0, 3, 1, 2)})[0])
        return result.transpose(0, 2, 3, 1) if result.ndim == 4 else result

    return run


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture(scope="session")
def fusion_network() -> nn.Module:
    return untrained(NetworkName.SPATIAL_NET_FUSION)


@pytest.fixture(scope="session")
def served(fusion_network: nn.Module) -> dict[str, nn.Module]:
    """Networks with their heads, by the name to serve them by; `spatial-net` is the fusion one's conv8."""
    return {
        "spatial-net-fusion": with_head(fusion_network, "spatial-net-fusion"),
        "spatial-net": with_head(fusion_network, "spatial-net"),
        "coordinate-net": with_head(untrained(NetworkName.COORDINATE_NET), "coordinate-net"),
        "pose-machine": with_head(untrained(NetworkName.POSE_MACHINE), "pose-machine"),
        "hrnet": with_head(untrained(NetworkName.HRNET), "hrnet"),
    }


@pytest.fixture(scope="session")
def exported(served: dict[str, nn.Module]) -> dict[str, onnx.ModelProto]:
    """The same as ONNX; an export takes seconds."""
    return {name: to_onnx(network, name) for name, network in served.items()}

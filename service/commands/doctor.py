"""`flowpose doctor`: what of this machine works, found out by trying."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

import onnxruntime as ort
import typer
from rich.console import Console
from rich.markup import escape

from service.access.exposure import exposure
from service.access.key_file import read_keys
from service.access.problems import KeysUnusable
from service.commands.choices import make_engine
from service.engine import Engine
from service.errors import Problem
from service.media.sandbox.chosen import sandbox_here
from service.networks.catalogue import DETECTOR, ModelMissing, file_of
from service.networks.device import CUDA_PROVIDER
from service.networks.session import load_cuda
from service.options import FlowMethod, Options
from service.settings import Settings, read_settings

PACKAGES = (
    *("flowpose", "onnxruntime", "onnxruntime-gpu", "av", "opencv-contrib-python-headless"),
    *("numpy", "numba", "fastapi", "uvicorn"),
)
# Azure's calls a web service, and any session can be made with it; TensorRT's complains loudly.
UNUSED = ("AzureExecutionProvider", "TensorrtExecutionProvider")
# A network of one node, y = max(x, 0), as `onnx.helper` writes it (IR 8, opset 17).
ONE_NODE = (
    b'\x08\x08:3\n\x0c\n\x01x\x12\x01y"\x04Relu\x12\x01gZ\x0f\n\x01x\x12\n\n\x08\x08\x01\x12\x04\n\x02\x08\x01'
    b"b\x0f\n\x01y\x12\n\n\x08\x08\x01\x12\x04\n\x02\x08\x01B\x04\n\x00\x10\x11"
)


def doctor() -> None:
    """Say what works here; the exit status is 1 when the default setup cannot run."""
    settings = read_settings()
    console = Console(highlight=False)
    with make_engine(settings) as engine:
        failure = _try(engine, settings)
        for title, lines in _findings(engine, settings, failure):
            console.print(f"[bold]{title}[/bold]")
            for line in lines:
                console.print(f"  {escape(line)}", soft_wrap=True)
    if failure is not None:
        raise typer.Exit(1)


def _try(engine: Engine, settings: Settings) -> str | None:
    """Run the default network and flow; None when they work, else the reason."""
    try:
        engine.warm(Options(model=settings.model))
    except Problem as problem:
        return f"{problem.title}: {problem.detail}"
    return None


def _findings(engine: Engine, settings: Settings, failure: str | None) -> Iterator[tuple[str, list[str]]]:
    yield "machine", [f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores"]
    yield "packages", [f"{name} {installed}" for name in PACKAGES if (installed := _installed(name))]
    yield "onnxruntime providers", [f"{name}: {provider_state(name)}" for name in _local_providers()]
    yield "flow methods", [", ".join(engine.flow_methods), *_flow_that_cannot(engine)]
    yield f"models in {settings.models_dir}", _models(engine, settings)
    yield "access", [access_told(settings)]
    yield "decoding in confined processes", sandbox_here()
    yield "default setup", [failure or _speed(engine, settings)]


def access_told(settings: Settings) -> str:
    """Who may use the service, as it is set up."""
    if settings.keys is not None:
        try:
            return f"{len(read_keys(settings.keys))} keys in {settings.keys}"
        except KeysUnusable as problem:
            return f"{problem.title}: {problem.detail}"
    return exposure(settings) or f"no keys, and only this machine reaches {settings.host}"


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _local_providers() -> list[str]:
    return [name for name in ort.get_available_providers() if name not in UNUSED]


def provider_state(name: str) -> str:
    """Make a session with one execution provider: being in onnxruntime's list means nothing.

    Returns
    -------
    ``works``, or why it does not.
    """
    if name == CUDA_PROVIDER:
        load_cuda()
    options = ort.SessionOptions()
    options.log_severity_level = 4  # what fails is told here
    try:
        session = ort.InferenceSession(ONE_NODE, options, providers=[name])
    except Exception as error:  # each provider has its own kinds
        return f"does not work: {str(error).splitlines()[0]}"
    used = session.get_providers()[0]
    return "works" if used == name else f"does not work: the session runs on {used}"


def _flow_that_cannot(engine: Engine) -> list[str]:
    """Methods that cannot run here, by reason."""
    methods: dict[str, list[str]] = {}
    for method in FlowMethod:
        if reason := engine.why_not(method):
            methods.setdefault(reason, []).append(method)
    return [f"{', '.join(names)}: {reason}" for reason, names in methods.items()]


def _models(engine: Engine, settings: Settings) -> list[str]:
    lines = [
        f"{info.name}: {info.sha256 or f'not here, flowpose models pull {info.name}'}"
        for info in engine.models()
    ]
    try:
        file_of(DETECTOR, settings.models_dir)
    except ModelMissing as missing:
        return [*lines, f"{DETECTOR}: {missing.detail}"]
    return [*lines, f"{DETECTOR}: here"]


def _speed(engine: Engine, settings: Settings) -> str:
    options = Options(model=settings.model)
    began = time.perf_counter()
    engine.warm(options)
    took_ms = (time.perf_counter() - began) * 1e3
    run = engine.describe(options)
    return f"works: {run.model} on {run.device}, detector, network and flow once in {took_ms:.0f} ms"

"""The engine: opens each network once and hands out streams."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

import cv2
import numpy as np
import onnxruntime as ort

from service.device_thread import DeviceThread
from service.flow import FlowMethods
from service.media.frame import Frame, Image
from service.networks.catalogue import (
    DETECTOR,
    ModelInfo,
    file_of,
    find,
    inventory,
    warped_model,
    warper_file,
)
from service.networks.cuda_choices import CudaChoices
from service.networks.device import Device, true_device
from service.networks.opening import open_network
from service.networks.session import ON_CUDA, open_session, sha256_of
from service.networks.shared import SharedNetwork
from service.networks.skeleton import Skeleton
from service.networks.warper import Warper
from service.options import CropSource, FlowMethod, Options, Pooling, Refine
from service.people.detector import Detector
from service.people.people import Detect
from service.pipeline import PoseStream
from service.refine.springs import springs_for
from service.temporal.grid import INPUT_SIZE
from service.temporal.pooling import Pools
from service.temporal.pose import FramePoses
from service.warping.pooler import WarpPooler
from service.warping.warping import Warping
from service.workbench import Workbenches


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What made a result; stated in every one.

    Attributes
    ----------
    model, sha256
        Name and file hash of the network.
    window, lookahead, flow, pooling
        As run.
    device
        Where the network truly runs: ``cpu`` or ``cuda:0``.
    skeleton
        What the joints mean.
    refine
        As run.
    """

    model: str
    sha256: str
    window: int
    lookahead: int
    flow: str
    pooling: str
    device: str
    skeleton: Skeleton
    refine: str = Refine.NONE


@dataclass(frozen=True, slots=True)
class _Opened:
    network: SharedNetwork
    sha256: str


class Engine:
    """Networks by name, opened when first asked for; one engine serves a process, from any thread.

    Parameters
    ----------
    models_dir
        Where ``NAME.onnx`` files lie.
    device
        ``cuda`` refuses to fall back to the CPU.
    threads
        Of one network run on the CPU; None for one less than the cores, at least one: flow, pooling and
        decoding have threads of their own.
    cuda
        How CUDA is used, where it is.
    """

    def __init__(
        self,
        models_dir: Path,
        device: Device = Device.AUTO,
        threads: int | None = None,
        cuda: CudaChoices = ON_CUDA,
    ) -> None:
        self._models_dir = models_dir
        self._device = device
        self._cuda = cuda
        self._threads = threads or max(1, (os.cpu_count() or 1) - 1)
        self._opened: dict[str, _Opened] = {}
        self._warpers: dict[str, Warper] = {}
        self._detect: Detect | None = None
        self._cuda_thread = DeviceThread("network-device")
        self._workbenches = Workbenches(FlowMethods(device is not Device.CPU), self._open_beside)
        self._lock = Lock()
        # OpenCV's own threads would fight with the stages' threads for the same cores.
        cv2.setNumThreads(1)

    @property
    def device(self) -> str:
        """Where networks truly run: ``cpu`` or ``cuda:0``; ``none`` before the first is opened."""
        with self._lock:
            for opened in self._opened.values():
                return opened.network.device
        return "none"

    @property
    def waiting(self) -> int:
        """Frames in line for a network."""
        # Without the lock, which is held while a network is opened: the event loop asks.
        return sum(opened.network.waiting for opened in tuple(self._opened.values()))

    @property
    def flow_methods(self) -> tuple[str, ...]:
        """Names of the flow methods usable here."""
        return self._workbenches.flows.usable()

    def why_not(self, method: FlowMethod) -> str | None:
        """What keeps a flow method from running here; None when nothing does."""
        return self._workbenches.flows.why_not(method)

    def models(self) -> tuple[ModelInfo, ...]:
        """The catalogue, and which of it is on this machine."""
        return inventory(self._models_dir)

    def describe(self, options: Options) -> RunInfo:
        """What a run with these options is made by; opens the network.

        Raises
        ------
        ModelUnknown, ModelMissing, DeviceUnavailable, FlowUnavailable, JointUnknown, RefineUnavailable
        WarperMissing, WarperUnusable
            With ``posewarper`` pooling.
        """
        opened = self._open(options.model)
        self._workbenches.flows.check(options.flow)
        if options.refine is not Refine.NONE:
            springs_for(find(options.model).skeleton)
        if options.pooling is Pooling.POSEWARPER:
            self._open_warper(options.model)
        if options.heatmap is not None:
            find(options.model).skeleton.check(options.heatmap)
        return RunInfo(
            model=options.model,
            sha256=opened.sha256,
            window=options.window,
            lookahead=options.lookahead,
            flow=options.flow,
            pooling=options.pooling,
            device=opened.network.device,
            skeleton=find(options.model).skeleton,
            refine=options.refine,
        )

    def warm(self, options: Options) -> None:
        """Run detector, network, flow and pooling once on empty pictures, and fail here rather than later."""
        blank = np.zeros((INPUT_SIZE, INPUT_SIZE, 3), np.uint8)
        self._open(options.model)
        self._open_detector()(blank)
        with self.stream(replace(options, crop=CropSource.FULL, box=None)) as stream:
            for n in range(2):
                stream.push(Frame(n, n / 30, blank))
            stream.finish()

    def stream(self, options: Options, live: bool = False, pooler: Pools | None = None) -> PoseStream:
        """A new stream; close it after use. Raises as :meth:`describe`.

        Parameters
        ----------
        options
            The user's choices.
        live
            Each frame is answered at once as well, and goes before the frames of files.
        pooler
            Pools instead of what the options say: for learning and measuring.
        """
        card = find(options.model)
        network = self._open(card.name).network
        workbench = self._workbenches.beside(network.device)
        if pooler is None and options.pooling is Pooling.POSEWARPER:
            pooler = WarpPooler(self._open_warper(card.name), options.window)
        detect = self._open_detector()
        return PoseStream(options, card, network.lane(live), detect, workbench, live, pooler)

    def picture(self, image: Image, options: Options) -> FramePoses:
        """The people in one still picture."""
        alone = replace(options, flow=FlowMethod.NONE, pooling=Pooling.NONE, window=0, lookahead=0)
        with self.stream(alone) as stream:
            (answer,) = [*stream.push(Frame(0, 0.0, image)), *stream.finish()]
        return answer

    def warping(self, model: str | None, preferred: str) -> Warping:
        """What carries labels by PoseWarper.

        Parameters
        ----------
        model
            The network that sees the people; None for any that has a PoseWarper here.
        preferred
            Which one then, if it has one.

        Raises
        ------
        ModelUnknown, ModelMissing, DeviceUnavailable, WarperMissing, WarperUnusable
        """
        card = find(model or warped_model(preferred, self._models_dir))
        warper = self._open_warper(card.name)
        return Warping(card, self._open(card.name).network.lane(live=False), warper)

    def close(self) -> None:
        """Drop all networks; streams must be closed before."""
        with self._lock:
            self._opened.clear()
            self._warpers.clear()
            self._detect = None
            self._workbenches.close()
            self._cuda_thread.close()
            self._cuda_thread = DeviceThread("network-device")  # a closed engine may be used anew

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self, name: str) -> _Opened:
        card = find(name)
        with self._lock:
            if name not in self._opened:
                path = file_of(card.name, self._models_dir)
                network = open_network(path, self._device, self._threads, self._cuda, self._cuda_thread)
                if network.device == "cpu":
                    self._device = Device.CPU  # on `auto`, a card that fails one network fails them all
                self._opened[name] = _Opened(network, sha256_of(path))
            return self._opened[name]

    def _open_warper(self, model: str) -> Warper:
        card = find(model)
        with self._lock:
            if model not in self._warpers:
                path = warper_file(card, self._models_dir)
                session = self._open_beside(path)
                thread = self._cuda_thread if true_device(session) != "cpu" else None
                self._warpers[model] = Warper(session, card, thread)
            return self._warpers[model]

    def _open_detector(self) -> Detect:
        with self._lock:
            if self._detect is None:
                session = self._open_beside(file_of(DETECTOR, self._models_dir))
                detector = Detector(session)
                on_card = true_device(session) != "cpu"
                self._detect = self._cuda_thread.doing(detector.detect) if on_card else detector.detect
            return self._detect

    def _open_beside(self, model: Path | bytes) -> ort.InferenceSession:
        """A session on the device of the networks; it is not recorded as a graph, for its sizes vary."""
        return open_session(model, self._device, self._threads, replace(self._cuda, graphs=False))

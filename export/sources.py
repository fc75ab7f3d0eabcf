"""Where the TFLite files come from: which package ships which file, pinned by hash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from export.errors import UnknownModel


class Client(StrEnum):
    """The package client that fetches a package."""

    PIP = "pip"
    NPM = "npm"


@dataclass(frozen=True, slots=True)
class Package:
    """One version of one package."""

    client: Client
    name: str
    version: str

    def __str__(self) -> str:
        """As its client writes it: ``mediapipe==0.10.14``, ``@mediapipe/pose@0.5.1675469404``."""
        return f"{self.name}{'==' if self.client is Client.PIP else '@'}{self.version}"


@dataclass(frozen=True, slots=True)
class Source:
    """One TFLite file.

    Attributes
    ----------
    model
        Name that the converted network goes by.
    kind
        ``heatmaps`` or ``detector``.
    package, path
        The package, and the file's path in its archive.
    sha256
        Of the TFLite file, hexadecimal.
    half
        It is to compute in half precision, for CUDA.
    """

    model: str
    kind: str
    package: Package
    path: str
    sha256: str
    half: bool = False

    @property
    def file_name(self) -> str:
        """Last part of the path."""
        return self.path.rsplit("/", 1)[-1]


WHEEL = Package(
    Client.PIP, "mediapipe", "0.10.14"
)  # the last version that ships pose files; later ones download them
NPM = Package(Client.NPM, "@mediapipe/pose", "0.5.1675469404")

SOURCES: Mapping[str, Source] = {
    source.model: source
    for source in (
        Source(
            "blazepose-lite",
            "heatmaps",
            NPM,
            "package/pose_landmark_lite.tflite",
            "f17bfbecadb61c3be1baa8b8d851cc6619c870a87167b32848ad20db306b9d61",
        ),
        Source(  # npm's package/pose_landmark_full.tflite is the same file, byte for byte
            "blazepose-full",
            "heatmaps",
            WHEEL,
            "mediapipe/modules/pose_landmark/pose_landmark_full.tflite",
            "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
        ),
        Source(
            "blazepose-heavy",
            "heatmaps",
            NPM,
            "package/pose_landmark_heavy.tflite",
            "59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe",
        ),
        Source(
            "person-detector",
            "detector",
            WHEEL,
            "mediapipe/modules/pose_detection/pose_detection.tflite",
            "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
        ),
    )
}


HALF = "-fp16"  # after a heatmap network's name: the same file, made to compute in half precision


def source_of(model: str) -> Source:
    """Look up the source of a model, or of its form in half precision.

    Raises
    ------
    UnknownModel
        Nothing of that name is known.
    """
    name = model.removesuffix(HALF)
    if name not in SOURCES or (name != model and SOURCES[name].kind != "heatmaps"):
        raise UnknownModel(
            f"{model!r} is not one of {', '.join(SOURCES)}; heatmap networks also end in {HALF}"
        )
    return replace(SOURCES[name], model=model, half=name != model)

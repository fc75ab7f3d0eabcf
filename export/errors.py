"""The problems that getting and converting a network can meet."""

from __future__ import annotations

from typing import ClassVar

from service.errors import Problem


class UnknownModel(Problem):
    """A name that the table of sources does not hold."""

    name: ClassVar[str] = "unknown-model"
    title: ClassVar[str] = "No such model"
    status: ClassVar[int] = 404


class MissingClient(Problem):
    """The package client that ships the file is not on this machine and could not be had."""

    name: ClassVar[str] = "missing-package-client"
    title: ClassVar[str] = "A package client is missing"
    status: ClassVar[int] = 503


class FetchFailed(Problem):
    """The package client ran and did not bring the package: no network, no such version, full disk."""

    name: ClassVar[str] = "fetch-failed"
    title: ClassVar[str] = "A package could not be fetched"
    status: ClassVar[int] = 503


class SourceMismatch(Problem):
    """The package came, but the file in it is absent or is not the pinned one."""

    name: ClassVar[str] = "source-mismatch"
    title: ClassVar[str] = "A source file is not the expected one"
    status: ClassVar[int] = 502


class UnreadableModel(Problem):
    """The bytes are not a TFLite model of the kind read here."""

    name: ClassVar[str] = "unreadable-model"
    title: ClassVar[str] = "A TFLite model cannot be read"
    status: ClassVar[int] = 422


class UnsupportedNode(Problem):
    """A node, or an option of a node, that the converter has no rule for."""

    name: ClassVar[str] = "unsupported-node"
    title: ClassVar[str] = "A TFLite node cannot be converted"
    status: ClassVar[int] = 422


class WriteFailed(Problem):
    """The converted network could not be put where it was asked for."""

    name: ClassVar[str] = "write-failed"
    title: ClassVar[str] = "A model could not be written"
    status: ClassVar[int] = 507


class NetworkUnsuitable(Problem):
    """The weights hold another network than the name to serve it by asks for."""

    name: ClassVar[str] = "network-unsuitable"
    title: ClassVar[str] = "These weights cannot be served by that name"
    status: ClassVar[int] = 422


class NoPictures(Problem):
    """A folder holds no picture that can be read, and some are needed."""

    name: ClassVar[str] = "no-pictures"
    title: ClassVar[str] = "There are no pictures"
    status: ClassVar[int] = 422

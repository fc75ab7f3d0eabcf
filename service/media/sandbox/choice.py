"""What the operator can say about the sandbox."""

from __future__ import annotations

from enum import StrEnum


class SandboxChoice(StrEnum):
    """Where files are decoded."""

    AUTO = "auto"
    """The service: in confined processes where the machine can do so; commands on own files: in their own."""

    ON = "on"
    """In fully confined processes, or not at all."""

    OFF = "off"
    """In the process that wants the frames."""

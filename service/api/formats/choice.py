"""The choices that go with the format, checked against each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.api.formats.file_format import FileFormat
from service.api.formats.format import Format
from service.api.formats.names import FORMATS, FormatName, accepted, format_of
from service.api.formats.source import Source
from service.api.problems import ParametersInvalid
from service.networks.skeletons import SkeletonName


@dataclass(frozen=True, slots=True)
class Choice:
    """A format and the skeleton to write it in; made by :func:`choose`.

    Attributes
    ----------
    name
        Of the format.
    skeleton
        None for the network's own.
    """

    name: FormatName
    skeleton: SkeletonName | None

    @property
    def media_type(self) -> str:
        """What the answer is, for HTTP."""
        return FORMATS[self.name].media_type

    def writer(self, source: Source) -> Format | FileFormat:
        """Make a new writer."""
        return format_of(self.name, source)


def choose(
    named: FormatName | None,
    accept: str = "",
    skeleton: SkeletonName | None = None,
    heatmap: str | None = None,
    names: Sequence[FormatName] = tuple(FormatName),
) -> Choice:
    """Check what is asked for.

    Parameters
    ----------
    named
        Goes before the `Accept` header.
    accept
        That header; anything will do if it is empty.
    skeleton
        What to give the joints in.
    heatmap
        The joint whose heatmap is to be drawn.
    names
        What can be had here.

    Raises
    ------
    NotAcceptable
        The header names no format that can be had.
    ParametersInvalid
        The choices do not go together.
    FormatUnavailable
        The format's library is not installed.
    """
    name = named or accepted(accept, names)
    kind = FORMATS[name]
    kind.check()
    if heatmap is not None and name is not FormatName.MP4:
        raise ParametersInvalid(f"heatmap goes only with format=mp4, and the format is {name}.")
    if skeleton not in (None, kind.skeleton) and not kind.renamed:
        free = ", ".join(other for other, has in FORMATS.items() if has.renamed)
        own = kind.skeleton or "the network's own joints"
        raise ParametersInvalid(f"format={name} is always in {own}; skeleton goes with {free}.")
    return Choice(name, skeleton or kind.skeleton)

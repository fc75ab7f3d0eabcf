"""What all output formats have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from service.networks.skeletons import SkeletonName


class Kind:
    """Names of a format, and the head of the HTTP answer it comes in.

    Attributes
    ----------
    name
        What `format=` calls it.
    media_type
        What the `Accept` header calls it.
    suffix
        Of its files.
    skeleton
        The only one that the format has joints for; None where any will do.
    renamed
        Whether the joints of any skeleton may be given in those of another one.
    timed
        Whether it makes sense for a video only.
    """

    name: ClassVar[str]
    media_type: ClassVar[str]
    suffix: ClassVar[str]
    skeleton: ClassVar[SkeletonName | None] = None
    renamed: ClassVar[bool] = False
    timed: ClassVar[bool] = False

    @property
    def headers(self) -> Mapping[str, str]:
        """HTTP headers beside the media type; to be asked for when the first piece is there."""
        return {}

    @classmethod
    def check(cls) -> None:
        """Raise :class:`~service.api.formats.errors.FormatUnavailable` if a library is missing."""


def as_attachment(name: str) -> dict[str, str]:
    """Let browsers store the answer as a file of that name."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}

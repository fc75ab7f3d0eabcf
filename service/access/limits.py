"""How much one client may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field

from service.media.limits import MediaLimits
from service.settings import Settings

N = TypeVar("N", int, float)
T = TypeVar("T")


class Kind(StrEnum):
    """What a client may have several of at the same time."""

    VIDEOS = "videos"
    STREAMS = "streams"
    JOBS = "jobs"


class KeyLimits(BaseModel):
    """What a key's line in the file of keys may say; what it does not say is as for everybody.

    Bytes, seconds, pixels and rates can only be less than the operator's settings. How many at the same time
    goes before the settings' `..._per_client`, and 0 forbids the kind; the total holds for all keys together.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_upload_bytes: int | None = Field(default=None, ge=1)
    max_seconds: float | None = Field(default=None, gt=0)
    max_pixels: int | None = Field(default=None, ge=1)
    max_stream_fps: float | None = Field(default=None, gt=0)
    max_request_s: float | None = Field(default=None, gt=0)
    max_videos: int | None = Field(default=None, ge=0)
    max_streams: int | None = Field(default=None, ge=0)
    max_jobs: int | None = Field(default=None, ge=0)
    requests_per_s: float | None = Field(default=None, gt=0)
    request_burst: int | None = Field(default=None, ge=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds for one client.

    Attributes
    ----------
    max_upload_bytes
        Of one request's body.
    max_seconds
        Of one video, presentation time.
    max_pixels
        Of one picture, width x height.
    max_stream_fps
        Pictures a second of one stream.
    max_request_s
        From the first byte of a request to the last of its answer.
    max_videos, max_streams, max_jobs
        At the same time; None for as many as the server takes.
    requests_per_s, request_burst
        Requests a second in the long run, None for no limit; and how many may come at once.
    """

    max_upload_bytes: int
    max_seconds: float
    max_pixels: int
    max_stream_fps: float
    max_request_s: float
    max_videos: int | None
    max_streams: int | None
    max_jobs: int | None
    requests_per_s: float | None
    request_burst: int

    @classmethod
    def from_settings(cls, settings: Settings) -> Limits:
        """Those of a client about whom nothing else is said."""
        return cls(
            max_upload_bytes=settings.max_upload_bytes,
            max_seconds=settings.max_seconds,
            max_pixels=settings.max_pixels,
            max_stream_fps=settings.max_stream_fps,
            max_request_s=settings.max_request_s,
            max_videos=settings.max_videos_per_client,
            max_streams=settings.max_streams_per_client,
            max_jobs=settings.max_jobs_per_client,
            requests_per_s=settings.requests_per_s,
            request_burst=settings.request_burst,
        )

    def of_key(self, key: KeyLimits) -> Limits:
        """Put a key's own limits in these, which stay the most of what one request may cost."""
        return Limits(
            max_upload_bytes=_less(self.max_upload_bytes, key.max_upload_bytes),
            max_seconds=_less(self.max_seconds, key.max_seconds),
            max_pixels=_less(self.max_pixels, key.max_pixels),
            max_stream_fps=_less(self.max_stream_fps, key.max_stream_fps),
            max_request_s=_less(self.max_request_s, key.max_request_s),
            max_videos=_own(self.max_videos, key.max_videos),
            max_streams=_own(self.max_streams, key.max_streams),
            max_jobs=_own(self.max_jobs, key.max_jobs),
            requests_per_s=_own(self.requests_per_s, key.requests_per_s),
            request_burst=_own(self.request_burst, key.request_burst),
        )

    @property
    def media(self) -> MediaLimits:
        """What a video or picture may be at most."""
        return MediaLimits(max_pixels=self.max_pixels, max_seconds=self.max_seconds)

    def at_once(self, kind: Kind) -> int | None:
        """How many of a kind the client may have; None for as many as the server takes."""
        match kind:
            case Kind.VIDEOS:
                return self.max_videos
            case Kind.STREAMS:
                return self.max_streams
            case Kind.JOBS:
                return self.max_jobs


def _less(everybodys: N, own: N | None) -> N:
    return everybodys if own is None else min(everybodys, own)


def _own(everybodys: T, own: T | None) -> T:
    return everybodys if own is None else own

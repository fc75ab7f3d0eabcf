"""A Python client of a FlowPose server: videos, pictures and live streams.

A file, frame by frame while the server works on it, then pictures as a camera gives them::

    import asyncio
    from pathlib import Path
    from service.client import FlowPose

    client = FlowPose("http://127.0.0.1:8000")
    for frame in client.poses("walk.mp4", people=2):
        print(frame["time_s"], frame["people"])

    async def live() -> None:
        pictures = (path.read_bytes() for path in sorted(Path("pictures").glob("*.jpg")))
        async for answer in client.stream((n / 30, picture) for n, picture in enumerate(pictures)):
            print(answer)

    asyncio.run(live())
"""

from service.client.answers import Answer, Dropped, FrameError, PoseAnswer, StreamEnd
from service.client.errors import RemoteProblem, ServerGone
from service.client.flowpose import FlowPose
from service.client.lasting import LastingStream
from service.client.live import LiveStream
from service.client.poses import Poses

__all__ = [
    "Answer",
    "Dropped",
    "FlowPose",
    "FrameError",
    "LastingStream",
    "LiveStream",
    "PoseAnswer",
    "Poses",
    "RemoteProblem",
    "ServerGone",
    "StreamEnd",
]

"""What a worker does with its file: the same as without a sandbox, and the frames go into the ring."""

from __future__ import annotations

import mmap
import os
import socket
from collections.abc import Iterable

# PyAV imports some of its parts when it first needs them, and a worker can open no file.
import av.sidedata.encparams
import av.sidedata.motionvectors
import av.subtitles.codeccontext
import av.subtitles.stream  # noqa: F401
import cv2
import numpy as np

from service.media.descriptor import Descriptor
from service.media.frame import Frame, VideoInfo
from service.media.image import read_image
from service.media.length import frames_at_most
from service.media.packets import read_packets
from service.media.sandbox import wire
from service.media.sandbox.inside.confinement import CpuTime
from service.media.sandbox.job import Job, Task
from service.media.video import open_video


def decode(job: Job, file: int, line: socket.socket) -> None:
    """Do a job with the open file of this number, and tell of it over the line."""
    cv2.setNumThreads(1)
    source = Descriptor(file)
    if job.task is Task.COUNT:
        wire.send(line, {"kind": "counted", "frames": frames_at_most(source, job.limits)})
    elif job.task is Task.PICTURE:
        with source.open("rb") as opened:
            image = read_image(opened.read(), job.limits)
        height, width, _ = image.shape
        _tell_opened(line, VideoInfo(width, height, 0, 1, "image"), (0, 1))
        _give(line, [Frame(0, 0.0, image)], width, height)
    elif job.task is Task.LIST:
        for packets in read_packets(source, job.limits):
            wire.send(line, {"kind": "packets", "pts": packets.pts, "keys": packets.keys})
        wire.send(line, {"kind": "end"})
    else:
        with open_video(source, job.limits, job.part) as video:
            _tell_opened(line, video.info, video.time_base.as_integer_ratio())
            _give(line, video, video.info.width, video.info.height)


def _tell_opened(line: socket.socket, info: VideoInfo, time_base: tuple[int, int]) -> None:
    told = {
        "kind": "opened",
        "width": info.width,
        "height": info.height,
        "rotation": info.rotation_applied,
        "frames": info.frames_estimated,
        "codec": info.codec,
        "time_base": time_base,
    }
    wire.send(line, told)


def _give(line: socket.socket, frames: Iterable[Frame], width: int, height: int) -> None:
    """Put each frame into the next slot of the ring that the service sends, once that is free."""
    message, (ring,) = wire.receive(line, 1)
    slots = int(message["slots"])
    shared = mmap.mmap(ring, slots * height * width * 3)
    os.close(ring)
    images = np.ndarray((slots, height, width, 3), np.uint8, buffer=shared)
    cpu, start_s = CpuTime(), None
    for frame in frames:
        if frame.index >= slots and not line.recv(1):
            raise EOFError("nobody takes the frames")
        images[frame.index % slots] = frame.image
        wire.send(line, {"kind": "frame", "time_s": frame.time_s})
        start_s = frame.time_s if start_s is None else start_s
        cpu.cover(frame.time_s - start_s)
    wire.send(line, {"kind": "end"})

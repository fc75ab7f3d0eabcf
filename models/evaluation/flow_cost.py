"""What each flow method costs on real frames."""

from __future__ import annotations

import time
from collections.abc import Sequence

import cv2

from models.datasets.jhmdb import Clip
from service.flow import ESTIMATORS
from service.flow.motion import Motion
from service.media.frame import Frame
from service.media.video import open_video
from service.options import FlowMethod
from service.people.box import Box, box_round


def flow_cost_ms(method: FlowMethod, clips: Sequence[Clip]) -> float:
    """Milliseconds of one thread's CPU time a frame, both ways, shrinking the picture included.

    Parameters
    ----------
    method
        Not ``none``.
    clips
        One at least, of two frames at least; the view is that of the labels' box in each frame.

    Notes
    -----
    CPU time, so that other work on the machine counts little. The first pair of frames of each clip is left
    out: memory is taken and caches are filled then.
    """
    cv2.setNumThreads(1)
    spent = [seconds for clip in clips for seconds in _seconds(method, clip)[1:]]
    return 1000 * sum(spent) / len(spent)


def _seconds(method: FlowMethod, clip: Clip) -> list[float]:
    motion = Motion(ESTIMATORS[method]())
    frames, boxes = _frames(clip), _boxes(clip)
    return [_timed(motion, n, frames, boxes[n]) for n in range(len(frames) - 1)]


def _timed(motion: Motion, n: int, frames: Sequence[Frame], box: Box) -> float:
    started = time.thread_time()
    motion.between(n, frames[n].image, frames[n + 1].image, [box])
    return time.thread_time() - started


def _frames(clip: Clip) -> list[Frame]:
    with open_video(clip.video) as video:
        return list(video)


def _boxes(clip: Clip) -> list[Box]:
    return [box_round(joints) for joints in clip.joints]

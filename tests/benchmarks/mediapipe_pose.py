"""MediaPipe Pose over a clip, as its documentation runs it; needs only MediaPipe's own environment.

    VENV/bin/python mediapipe_pose.py CLIP

Prints one line of JSON: frames, frames with a pose, seconds from opening the file to the last pose, and the
part of them spent in `process`. Started by `mediapipe_ratio.py`.
"""

from __future__ import annotations

import json
import sys
import time

import cv2
import mediapipe as mp
import numpy as np


def main() -> None:
    """Measure the clip named on the command line."""
    with mp.solutions.pose.Pose(model_complexity=1, static_image_mode=False) as pose:
        # As `flowpose bench` does: what is only paid at the start is paid before the clock starts.
        pose.process(np.zeros((256, 256, 3), np.uint8))
        frames = found = 0
        inside = 0.0
        began = time.perf_counter()
        video = cv2.VideoCapture(sys.argv[1])
        while True:
            there, picture = video.read()
            if not there:
                break
            rgb = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
            entered = time.perf_counter()
            found += pose.process(rgb).pose_landmarks is not None
            inside += time.perf_counter() - entered
            frames += 1
        seconds = time.perf_counter() - began
    print(json.dumps({"frames": frames, "found": found, "seconds": seconds, "process_seconds": inside}))


if __name__ == "__main__":
    main()

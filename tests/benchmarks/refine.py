"""What choosing among peaks by the body costs a frame, on one thread, without the pooling before it.

    python -m tests.benchmarks.refine [--repeat 50]

The maps are those of `tests.benchmarks.pool_kernel`: soft blobs of 33 joints on a low floor, of which 13 have
springs. Prints the least and the median processor time of a person's refinement in one frame: neighbours
carried along flow, messages, joints read again.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from service.networks.blazepose33 import BLAZEPOSE33
from service.refine.refiner import Refiner
from service.refine.springs import springs_for
from service.temporal.joints import read_pose
from service.temporal.pooling import Pooler
from service.temporal.weights import PoolingWeights, gaussian
from tests.benchmarks.pool_kernel import FRAMES, MIDDLE, make_scene


def times_ms(reach: int, repeat: int) -> np.ndarray:
    """Processor times of refining the middle frame, with the body of so many frames on each side."""
    joints = len(BLAZEPOSE33.joints)
    scene = make_scene(joints)
    refiner = Refiner(springs_for(BLAZEPOSE33), BLAZEPOSE33, reach)
    pooler = Pooler(PoolingWeights(gaussian(joints)), MIDDLE, refiner.joints)
    where = (scene.ring, scene.person, MIDDLE, FRAMES - 1)
    maps = pooler.pool(*where).maps
    crop = scene.person.crop(MIDDLE)
    assert crop is not None, "the scene has one in every frame"
    pose = read_pose(1, maps, crop)
    taken = []
    for _ in range(repeat + 1):  # the first one compiles
        start = time.thread_time()
        refiner.refine(pose, maps, *where)
        taken.append(1000 * (time.thread_time() - start))
    return np.array(taken[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--repeat", type=int, default=50)
    repeat = parser.parse_args().repeat
    print(f"{'refine':>16} {'least ms':>9} {'median ms':>10}")
    for name, reach in (("spatial", 0), ("spatiotemporal", 1)):
        taken = times_ms(reach, repeat)
        print(f"{name:>16} {taken.min():9.2f} {np.median(taken):10.2f}")


if __name__ == "__main__":
    main()

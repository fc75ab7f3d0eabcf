"""People in COCO's keypoint format: ``annotations.json`` beside ``images/``, with any names of points."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.datasets.errors import DatasetUnreadable, read_as
from models.datasets.joint_names import means_of, to_skeleton
from models.datasets.json_file import read_json
from models.datasets.sample import Sample
from service.networks.skeleton import Skeleton


def read_coco_keypoints(folder: Path, skeleton: Skeleton, source: str = "coco") -> list[Sample]:
    """Read every labelled person (cocodataset.org, "Data format", 1. and 2.).

    Parameters
    ----------
    folder
        Holds ``annotations.json`` and ``images``. The points are named by the annotation's category: COCO's
        17, LSP's 14, MPII's 16, BlazePose's 33, or any that name joints as the skeleton does.
    skeleton
        Whose joints are wanted; those that the file has not are masked.
    source
        Name of the data set in the samples.

    Returns
    -------
    In the order of the file. A sample's name is the picture's entry ``source`` where there is one (several
    people cut from one photograph then share it), else its ``file_name``. Joints may lie outside the
    picture where people placed them there. People with none of the joints, and crowds, are left out.

    Raises
    ------
    DatasetUnreadable
        When the file is missing or not in this format, or names a picture that is missing.
    """
    path = folder / "annotations.json"
    data = read_json(path)
    with read_as(path, "a COCO keypoint file"):
        images = {image["id"]: image for image in data["images"]}
        names = {category["id"]: tuple(category["keypoints"]) for category in data["categories"]}
        people = [entry for entry in data["annotations"] if not entry.get("iscrowd")]
        samples = [
            _sample(folder, images[entry["image_id"]], entry, names[entry["category_id"]], skeleton, source)
            for entry in people
        ]
    return [sample for sample in samples if sample.known.any()]


def _sample(
    folder: Path,
    image: dict[str, Any],
    entry: dict[str, Any],
    names: tuple[str, ...],
    skeleton: Skeleton,
    source: str,
) -> Sample:
    picture = folder / "images" / image["file_name"]
    if not picture.is_file():
        raise DatasetUnreadable(f"{picture} is labelled but missing")
    joints, known = to_skeleton(_points(entry["keypoints"], names), names, means_of(names), skeleton)
    return Sample(source, str(image.get("source", image["file_name"])), picture, joints, known)


def _points(keypoints: list[float], names: tuple[str, ...]) -> NDArray[np.float32]:
    """(P, 2) float32 picture pixels; NaN where v = 0, "not labelled"."""
    triples = np.asarray(keypoints, np.float32).reshape(len(names), 3)
    return np.where(triples[:, 2:] > 0, triples[:, :2], np.float32(np.nan))

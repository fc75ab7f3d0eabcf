"""Every data set by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from models.datasets.bbcpose import read_bbcpose
from models.datasets.chalearn import read_chalearn
from models.datasets.coco_keypoints import read_coco_keypoints
from models.datasets.flic import read_flic
from models.datasets.jhmdb_samples import read_jhmdb
from models.datasets.penn import read_penn
from models.datasets.piw import read_piw
from models.datasets.sample import Sample
from service.networks.skeleton import Skeleton

Reader: TypeAlias = Callable[[Path, Skeleton], Sequence[Sample]]
"""Folder, wanted skeleton -> samples; `DatasetUnreadable` when the folder is something else."""

READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "lspet": partial(read_coco_keypoints, source="lspet"),
        "mpii": partial(read_coco_keypoints, source="mpii"),
        "street": partial(read_coco_keypoints, source="street"),
        "coco": partial(read_coco_keypoints, source="coco"),
        "jhmdb": read_jhmdb,
        "flic": read_flic,
        "bbcpose": read_bbcpose,
        "chalearn": read_chalearn,
        "piw": read_piw,
        "penn": read_penn,
        "pseudo": partial(read_coco_keypoints, source="pseudo"),
    }
)
"""The name of a data set, which is also the source of its samples -> its reader."""

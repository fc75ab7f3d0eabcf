"""Everybody in the pictures of a bench."""

from __future__ import annotations

from dataclasses import replace

from models.evaluation.subjects import Gathered, gather
from models.reporting.bench import Bench
from models.reporting.errors import DataMissing

PICTURES = ("mpii", "coco", "street", "jhmdb")  # those of them that were given are measured on


def people_of(bench: Bench) -> dict[str, Gathered]:
    """Name of the data set -> its held-out people, only every n-th if the user says so.

    Raises
    ------
    DataMissing
        None of the data sets was given, or nobody in them is held out.
    """
    found = {kind: gather(kind, bench.data[kind]) for kind in PICTURES if kind in bench.data}
    thinned = {
        kind: replace(each, subjects=each.subjects[:: bench.every or 1])
        for kind, each in found.items()
        if each.subjects
    }
    if not thinned:
        raise DataMissing(f"at least one of {', '.join(PICTURES)} with somebody held out: --data KIND=DIR")
    return thinned

"""What must hold for the parts of a labels document."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from service.api.labels.schema import AnnotationSchema, CategorySchema
from service.propagation.errors import KeypointCount, LabelsInvalid
from service.propagation.labels import Target

MAX_POINTS = 10_000  # on one frame: as many are carried through a picture in less time than flow takes
TOLD = 3  # faults that are listed; a wrong document may have one in each line

Members: TypeAlias = dict[str, Any]
"""A JSON object as it was sent, so that it can be given back unchanged."""

S = TypeVar("S", bound=BaseModel)


def parsed(data: bytes) -> Members:
    """Take JSON apart; whether it is an object is not asked.

    Raises
    ------
    LabelsInvalid
        It is not JSON.
    """
    try:
        sent = from_json(
            data, cache_strings="keys"
        )  # holds other threads up for half the time of Python's own
    except ValueError as error:
        raise LabelsInvalid(f"The labels are not JSON: {error}.") from None
    if not isinstance(sent, dict):
        raise LabelsInvalid("The labels are JSON, but not an object.")
    return sent


def checked(schema: type[S], given: Any, where: str) -> S:
    """Check one object, and that all that is in it can be written as JSON again.

    Raises
    ------
    LabelsInvalid
        Says what is wrong and where.
    """
    try:
        valid = schema.model_validate(given)
    except ValidationError as error:
        raise LabelsInvalid(_told(error, where)) from None
    check_finite(given)
    return valid


def check_finite(given: Any) -> None:
    """Look for NaN and infinity where no schema does.

    Raises
    ------
    LabelsInvalid
        There is one.
    """
    try:
        json.dumps(given, allow_nan=False)
    except (ValueError, RecursionError):
        raise LabelsInvalid("A number in the labels is not finite.") from None


def check_annotation(
    annotation: AnnotationSchema,
    where: str,
    frames: Mapping[int, int],
    categories: Mapping[int, CategorySchema],
) -> None:
    """Check an annotation against the rest of the document.

    Parameters
    ----------
    annotation, where
        Which, and what to call it.
    frames, categories
        By the ids that an annotation may name.

    Raises
    ------
    LabelsInvalid, KeypointCount
    """
    if annotation.image_id not in frames:
        raise LabelsInvalid(f"{where}.image_id: there is no image {annotation.image_id}")
    if annotation.category_id not in categories:
        raise LabelsInvalid(f"{where}.category_id: there is no category {annotation.category_id}")
    expected = len(categories[annotation.category_id].keypoints)
    if len(annotation.keypoints) != 3 * expected:
        raise KeypointCount(
            f"{where}.keypoints has {len(annotation.keypoints)} numbers; its category names {expected} "
            f"keypoints, which take {3 * expected}."
        )
    if not set(annotation.keypoints[2::3]) <= {0, 1, 2}:
        raise LabelsInvalid(f"{where}.keypoints: each third number is a visibility and must be 0, 1 or 2")


def check_points(targets: Mapping[int, Iterable[Target]]) -> None:
    """Refuse a frame with more points than are carried.

    Raises
    ------
    LabelsInvalid
    """
    for frame, each in targets.items():
        points = sum(len(target.points) for target in each)
        if points > MAX_POINTS:
            raise LabelsInvalid(
                f"Frame {frame} has {points:,} keypoints; at most {MAX_POINTS:,} are carried."
            )


def refuse_repeated(what: str, values: Iterable[int]) -> None:
    """Refuse values that must be unique and are not.

    Raises
    ------
    LabelsInvalid
    """
    for value, times in Counter(values).items():
        if times > 1:
            raise LabelsInvalid(f"{times} {what} {value}")


def _told(error: ValidationError, where: str) -> str:
    faults = error.errors(include_url=False, include_input=False)
    told = "; ".join(f"{_place(where, each['loc'])}: {each['msg']}" for each in faults[:TOLD])
    return told + (f"; and {len(faults) - TOLD} more" if len(faults) > TOLD else "")


def _place(where: str, location: tuple[int | str, ...]) -> str:
    return ".".join(([where] if where else []) + [str(step) for step in location])

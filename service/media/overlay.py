"""Drawing people's joints onto a frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from service.media.frame import Image
from service.temporal.pose import Pose

Colour: TypeAlias = tuple[int, int, int]

RIGHT, LEFT = (255, 138, 48), (64, 196, 255)  # orange and sky blue: told apart by colour-blind people too
ACROSS = (226, 222, 210)  # limbs that join the sides, such as the shoulders' line
PEOPLE: tuple[Colour, ...] = (  # for skeletons without sides, and for the labels
    (94, 224, 160),
    (255, 202, 88),
    (190, 150, 255),
    (255, 128, 150),
    (110, 200, 255),
    (214, 226, 110),
)
FAINT_SCORE = 0.3  # below it a joint is drawn as a ring
LEAST_OPACITY = 0.2
THICKNESS = 1 / 110  # of the longer side of a person's box
MAX_THICKNESS = 14  # pixels
SUBPIXEL_BITS = 4  # OpenCV's fixed-point coordinates
FAR = 1 << 14  # pixels; coordinates beyond would overflow OpenCV's fixed-point arithmetic


def draw(
    image: Image,
    people: Sequence[Pose],
    edges: Sequence[tuple[int, int]],
    joint_names: Sequence[str] = (),
) -> Image:
    """Draw limbs, joints and ids of people onto a copy of a frame.

    Parameters
    ----------
    image
        (H, W, 3) uint8 RGB.
    people
        Joints in pixels of `image`.
    edges
        Pairs of joint indices that are joined by a limb.
    joint_names
        With them, sides have colours: a name that begins or ends with "left" or "right" is on the person's
        own left (blue) or right (orange). All else has the person's colour.

    Returns
    -------
    (H, W, 3) uint8 RGB, a new array.

    Notes
    -----
    A limb is as opaque as the lower score of its two joints; joints that score below 0.3 are rings.
    Joints that are not finite numbers are left out.
    """
    canvas = image.copy()
    for person in people:
        own = PEOPLE[(person.id - 1) % len(PEOPLE)]
        _draw_person(canvas, person, edges, _colours(len(person.joints), joint_names, own))
        _draw_label(canvas, person, own)
    return canvas


def _draw_person(
    canvas: Image, person: Pose, edges: Sequence[tuple[int, int]], colours: Sequence[Colour]
) -> None:
    thickness = _thickness(person)
    seen = _finite(person)
    joints = np.clip(np.nan_to_num(person.joints), -FAR, FAR)
    opacity = np.clip(person.scores, LEAST_OPACITY, 1)
    for a, b in edges:
        if seen[a] and seen[b]:
            colour = _limb_colour(colours[a], colours[b])
            _draw_limb(canvas, joints[[a, b]], colour, thickness, float(min(opacity[a], opacity[b])))
    for joint in np.flatnonzero(seen).tolist():
        _draw_joint(canvas, joints[joint], colours[joint], thickness, float(person.scores[joint]))


def _draw_limb(
    canvas: Image, ends: NDArray[np.float32], colour: Colour, thickness: int, opacity: float
) -> None:
    """Blend one limb into its own part of the canvas: a dark rim, and the colour within."""
    rim = thickness + max(2, thickness // 3)
    height, width = canvas.shape[:2]
    x0, y0 = np.maximum(np.floor(ends.min(axis=0)).astype(int) - rim, 0)
    x1, y1 = np.minimum(np.ceil(ends.max(axis=0)).astype(int) + rim + 1, (width, height))
    if x0 >= x1 or y0 >= y1:
        return
    part = canvas[y0:y1, x0:x1]
    drawn = part.copy()
    start, end = (_fixed(point - np.array((x0, y0), np.float32)) for point in ends)
    cv2.line(drawn, start, end, _darker(colour), rim, cv2.LINE_AA, SUBPIXEL_BITS)
    cv2.line(drawn, start, end, colour, thickness, cv2.LINE_AA, SUBPIXEL_BITS)
    canvas[y0:y1, x0:x1] = cv2.addWeighted(drawn, opacity, part, 1 - opacity, 0)


def _draw_joint(
    canvas: Image, point: NDArray[np.float32], colour: Colour, thickness: int, score: float
) -> None:
    """Draw a white dot with a coloured rim, or a thin ring where the score is low."""
    centre, unit = _fixed(point), 1 << SUBPIXEL_BITS
    radius = round((thickness * 0.75 + 1) * unit)
    if score < FAINT_SCORE:
        cv2.circle(canvas, centre, radius, colour, 1, cv2.LINE_AA, SUBPIXEL_BITS)
        return
    cv2.circle(canvas, centre, radius + unit, _darker(colour), cv2.FILLED, cv2.LINE_AA, SUBPIXEL_BITS)
    cv2.circle(canvas, centre, radius, colour, cv2.FILLED, cv2.LINE_AA, SUBPIXEL_BITS)
    cv2.circle(canvas, centre, radius // 2, (255, 255, 255), cv2.FILLED, cv2.LINE_AA, SUBPIXEL_BITS)


def _draw_label(canvas: Image, person: Pose, colour: Colour) -> None:
    """Write the person's id on a small plate above the box, moved into the picture if need be."""
    joints = person.joints[_finite(person)]
    if not len(joints):
        return
    scale = 0.35 + _thickness(person) / 20
    weight = max(1, round(scale * 1.6))
    (width, height), _ = cv2.getTextSize(str(person.id), cv2.FONT_HERSHEY_SIMPLEX, scale, weight)
    pad = height // 2 + 1
    plate = np.array((width + 2 * pad, height + 2 * pad))
    corner = np.array((joints[:, 0].mean(), joints[:, 1].min())) - plate * (0.5, 1) - (0, 2 * pad)
    room = np.maximum(np.array(canvas.shape[1::-1]) - plate, 0)
    x, y = np.clip(corner, 0, room).astype(int).tolist()
    cv2.rectangle(canvas, (x, y), (x + int(plate[0]), y + int(plate[1])), colour, cv2.FILLED)
    origin = (x + pad, y + pad + height)
    cv2.putText(
        canvas, str(person.id), origin, cv2.FONT_HERSHEY_SIMPLEX, scale, (20, 20, 20), weight, cv2.LINE_AA
    )


def _finite(person: Pose) -> NDArray[np.bool_]:
    """(K,) true for joints that lie somewhere."""
    return np.asarray(np.isfinite(person.joints).all(axis=1), np.bool_)


def _thickness(person: Pose) -> int:
    """Of a limb, pixels; by the joints that lie somewhere."""
    joints = person.joints[_finite(person)]
    longer = float(np.ptp(joints, axis=0).max()) if len(joints) else 0.0
    return int(np.clip(longer * THICKNESS, 1, MAX_THICKNESS))


def _colours(count: int, names: Sequence[str], own: Colour) -> list[Colour]:
    """One colour for each joint."""
    sides = [_side(name, own) for name in names[:count]]
    return sides + [own] * (count - len(sides))


def _side(name: str, own: Colour) -> Colour:
    words = name.lower().replace("_", " ").split()
    if "left" in (words[:1] + words[-1:]):
        return LEFT
    if "right" in (words[:1] + words[-1:]):
        return RIGHT
    return own


def _limb_colour(one: Colour, other: Colour) -> Colour:
    """Take the joints' own colour, the side's if only one has a side, and a neutral one across the body."""
    if {one, other} == {LEFT, RIGHT}:
        return ACROSS
    return other if other in (LEFT, RIGHT) else one


def _darker(colour: Colour) -> Colour:
    red, green, blue = (channel // 4 for channel in colour)
    return red, green, blue


def _fixed(point: NDArray[np.float32]) -> tuple[int, int]:
    """Pixels to OpenCV's fixed-point coordinates."""
    x, y = np.round(point * (1 << SUBPIXEL_BITS)).astype(int).tolist()
    return x, y

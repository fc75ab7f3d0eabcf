from __future__ import annotations

import io
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow

from service.media.errors import NotAnImage, PictureTooLarge
from service.media.frame import Image
from service.media.image import read_image
from service.media.limits import MediaLimits
from tests.videos import corners, number_of, numbered

UPRIGHT = ("red", "green", "blue", "white")
FORMATS = ["JPEG", "PNG", "WEBP"]
STORED_TURNED = {  # EXIF orientation: how Pillow must change an upright picture to what is stored with it
    1: None,
    2: Pillow.Transpose.FLIP_LEFT_RIGHT,
    3: Pillow.Transpose.ROTATE_180,
    4: Pillow.Transpose.FLIP_TOP_BOTTOM,
    5: Pillow.Transpose.TRANSPOSE,
    6: Pillow.Transpose.ROTATE_90,
    7: Pillow.Transpose.TRANSVERSE,
    8: Pillow.Transpose.ROTATE_270,
}


def encoded(picture: Pillow.Image | Image, kind: str, **options: Any) -> bytes:
    target = io.BytesIO()
    pillow = picture if isinstance(picture, Pillow.Image) else Pillow.fromarray(picture)
    pillow.save(target, kind, **({"quality": 92} | options if kind != "PNG" else options))
    return target.getvalue()


@pytest.mark.parametrize("kind", FORMATS)
def test_reads_each_format_as_rgb(kind: str) -> None:
    image = read_image(encoded(numbered(613), kind))
    assert image.shape == (96, 160, 3)
    assert image.dtype == np.uint8
    assert image.flags.c_contiguous
    assert corners(image) == UPRIGHT
    assert number_of(image) == 613


@pytest.mark.parametrize("orientation", STORED_TURNED)
@pytest.mark.parametrize("kind", FORMATS)
def test_turns_the_picture_as_exif_says(kind: str, orientation: int) -> None:
    stored = Pillow.fromarray(numbered(77))
    turn = STORED_TURNED[orientation]
    if turn is not None:
        stored = stored.transpose(turn)
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    image = read_image(encoded(stored, kind, exif=exif.tobytes()))
    assert image.shape == (96, 160, 3)
    assert corners(image) == UPRIGHT
    assert number_of(image) == 77


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("L", "PNG"),
        ("L", "JPEG"),
        ("P", "PNG"),
        ("RGBA", "PNG"),
        ("RGBA", "WEBP"),
        ("LA", "PNG"),
        ("1", "PNG"),
        ("CMYK", "JPEG"),
        ("I;16", "PNG"),
    ],
)
def test_every_mode_becomes_rgb_of_eight_bits(mode: str, kind: str) -> None:
    picture = Pillow.fromarray(numbered(341))
    if mode == "I;16":
        picture = Pillow.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257)
    else:
        picture = picture.convert(mode)
    image = read_image(encoded(picture, kind))
    assert image.shape == (96, 160, 3)
    assert image.dtype == np.uint8
    assert number_of(image) == 341
    if mode in {"P", "RGBA", "CMYK"}:
        assert corners(image) == UPRIGHT


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        b"hello" * 100,
        b"GIF89a" + bytes(100),
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF0000WEBP",
        b"\xff\xd8\xff" + bytes(500),
        b"\x89PNG\r\n\x1a\n" + bytes(500),
        b"RIFF0000WEBPVP8 " + bytes(500),
    ],
)
def test_garbage_is_no_image(data: bytes) -> None:
    with pytest.raises(NotAnImage):
        read_image(data)


@pytest.mark.parametrize("part", [0.02, 0.3, 0.9])
@pytest.mark.parametrize("kind", FORMATS)
def test_a_truncated_picture_is_no_image(kind: str, part: float) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (96, 160, 3), dtype=np.uint8)
    data = encoded(noise, kind)
    with pytest.raises(NotAnImage):
        read_image(data[: int(len(data) * part)])


@pytest.mark.parametrize("kind", FORMATS)
def test_whatever_is_broken_the_only_error_is_a_problem(kind: str) -> None:
    data = encoded(numbered(5), kind)
    chance = np.random.default_rng(3)
    for _ in range(60):
        broken = bytearray(data)
        broken[int(chance.integers(len(data)))] ^= int(chance.integers(1, 256))
        with suppress(NotAnImage, PictureTooLarge):
            assert read_image(bytes(broken)).dtype == np.uint8


@pytest.mark.parametrize("kind", FORMATS)
def test_a_picture_with_too_many_pixels_is_refused(kind: str) -> None:
    data = encoded(numbered(1), kind)
    with pytest.raises(PictureTooLarge, match="160 x 96"):
        read_image(data, MediaLimits(max_pixels=160 * 96 - 1))
    assert read_image(data, MediaLimits(max_pixels=160 * 96)).shape == (96, 160, 3)


def test_a_bomb_is_refused_by_its_header_without_a_warning() -> None:
    """A PNG header claims any size in 33 bytes; Pillow would warn, and warnings fail tests."""
    header = bytearray(encoded(numbered(1), "PNG"))
    header[16:24] = (50_000).to_bytes(4, "big") * 2
    with pytest.raises((PictureTooLarge, NotAnImage)):  # the check sum is wrong now
        read_image(bytes(header))
    big = encoded(Pillow.new("1", (12_000, 12_000)), "PNG")
    assert len(big) < 50_000
    with pytest.raises(PictureTooLarge, match="12000 x 12000"):
        read_image(big)


@pytest.mark.parametrize("size", [(16383, 8191), (16383, 16383)])
def test_a_webp_picture_of_many_pixels_is_too_large_and_nothing_worse(size: tuple[int, int]) -> None:
    data = bytearray(encoded(numbered(1), "WEBP"))
    at = data.index(b"\x9d\x01\x2a") + 3  # the frame's start code; width and height follow (RFC 6386, 9.1)
    data[at : at + 4] = size[0].to_bytes(2, "little") + size[1].to_bytes(2, "little")
    with pytest.raises(PictureTooLarge):
        read_image(bytes(data))

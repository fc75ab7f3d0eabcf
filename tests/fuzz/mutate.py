"""Bytes made wrong in the ways that files are."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable

EDITS = 4  # the most of one file
FEW = 64  # bytes
EXTREME = (0, 1, 7, 8, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
BOXES = (b"moov", b"trak", b"stbl", b"stsz", b"stts", b"ctts", b"elst", b"free", b"uuid", b"mdat", b"tkhd")
HEAD = 0.7  # share of edits in the first or last kilobyte, where containers keep what they are

Edit = Callable[[bytearray, random.Random], None]


def mutated(whole: bytes, chance: random.Random) -> bytes:
    """Make some edits; the same for the same state of `chance`."""
    body = bytearray(whole)
    for _ in range(chance.randint(1, EDITS)):
        chance.choice(ALL)(body, chance)
    return bytes(body)


def _place(body: bytearray, chance: random.Random) -> int:
    if not body:
        return 0
    if chance.random() < HEAD:
        within = min(1024, len(body))
        return chance.randrange(within) if chance.random() < 0.5 else len(body) - 1 - chance.randrange(within)
    return chance.randrange(len(body))


def _flip(body: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 16)):
        if body:
            body[_place(body, chance)] ^= 1 << chance.randrange(8)


def _overwrite(body: bytearray, chance: random.Random) -> None:
    at = _place(body, chance)
    body[at : at + FEW] = chance.randbytes(len(body[at : at + FEW]))


def _cut_end(body: bytearray, chance: random.Random) -> None:
    del body[_place(body, chance) :]


def _cut_out(body: bytearray, chance: random.Random) -> None:
    at = _place(body, chance)
    del body[at : at + chance.randint(1, FEW)]


def _insert(body: bytearray, chance: random.Random) -> None:
    at = _place(body, chance)
    body[at:at] = chance.randbytes(chance.randint(1, FEW))


def _repeat(body: bytearray, chance: random.Random) -> None:
    at = _place(body, chance)
    body[at:at] = body[at : at + chance.randint(1, 1024)] * chance.randint(1, 8)


def _insert_box(body: bytearray, chance: random.Random) -> None:
    at = body.find(chance.choice(BOXES)) - 4  # before another one, if there is any
    at = at if at >= 0 else _place(body, chance)
    size = chance.choice((*EXTREME, 8 + FEW))
    body[at:at] = struct.pack(">I", size) + chance.choice(BOXES) + chance.randbytes(FEW)


def _resize(body: bytearray, chance: random.Random) -> None:
    at = _place(body, chance)
    form = chance.choice((">I", "<I", ">H", "<H"))
    value = chance.choice(EXTREME) & (0xFFFFFFFF if form.endswith("I") else 0xFFFF)
    packed = struct.pack(form, value)
    body[at : at + len(packed)] = packed


ALL: tuple[Edit, ...] = (_flip, _overwrite, _cut_end, _cut_out, _insert, _repeat, _insert_box, _resize)

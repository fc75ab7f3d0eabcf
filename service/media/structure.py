"""Whether a video file is as long as it says.

FFmpeg's demuxers end quietly where a file was cut, and Matroska's jumps quietly over broken parts. The
outermost structure of the file tells both: mp4 boxes (ISO/IEC 14496-12, section 4.2), RIFF chunks and EBML
elements (RFC 8794, RFC 9559) state their own sizes, and the packets of MPEG-TS have one size.
"""

from __future__ import annotations

import os
from typing import BinaryIO

import numpy as np

from service.media.damage import count_of
from service.media.descriptor import MediaFile

MAX_BOXES = 100_000  # outermost boxes or chunks; a fragmented mp4 has two for each fragment
FIRST_BOXES = frozenset({b"ftyp", b"styp", b"moov", b"mdat", b"free", b"skip", b"wide"})

EBML_START = bytes.fromhex("1A45DFA3")
EBML_MASTERS = frozenset({0x18538067, 0x1F43B675})  # Segment, Cluster: their children are looked at
EBML_KNOWN = EBML_MASTERS | frozenset(
    {0x1A45DFA3, 0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1C53BB6B, 0x1043A770, 0x1254C367, 0x1941A469}
    | {0xEC, 0xBF}  # Void, CRC-32
    | {0xE7, 0x5854, 0xA7, 0xAB, 0xA3, 0xA0, 0xAF}  # inside a Cluster
)

TS_SYNC = b"G"
TS_PACKET = 188  # bytes
TS_BLOCK = TS_PACKET << 14  # 3 MB are looked at at once


def flaw_in(path: MediaFile) -> str | None:
    """Say in a sentence what is wrong with the file's outermost structure, None if nothing is.

    An MPEG-TS file cut between two packets is a whole, shorter recording.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        start = file.read(8)
        if start[4:8] in FIRST_BOXES:
            return _missing(_end_of_boxes(file, size), size)
        if start[:4] == b"RIFF":
            return _missing(_end_of_chunks(file), size)
        if start[:4] == EBML_START:
            return _flaw_in_ebml(file, size)
        if start[:1] == TS_SYNC:
            return _flaw_in_packets(file, size)
    return None


def _missing(end: int, size: int) -> str | None:
    return f"The file ends {count_of(end - size, 'byte')} too early." if end > size else None


def _end_of_boxes(file: BinaryIO, size: int) -> int:
    """Where the last box of an mp4 file says that it ends."""
    at = 0
    for _ in range(MAX_BOXES):
        if at >= size:  # by up to 2**64 bytes, where no file can be sought
            break
        file.seek(at)
        header = file.read(16)
        length = int.from_bytes(header[:4], "big")
        if length == 1:
            length = int.from_bytes(header[8:16], "big")
        if len(header) < 8 or length < 8:  # the end, padding, or a last box that goes to the end
            break
        at += length
    return at


def _end_of_chunks(file: BinaryIO) -> int:
    """Where the last RIFF chunk of an AVI file says that it ends; long files have several."""
    at = 0
    for _ in range(MAX_BOXES):
        file.seek(at)
        header = file.read(8)
        if len(header) < 8 or header[:4] != b"RIFF":
            break
        at += 8 + int.from_bytes(header[4:], "little")
    return at


def _flaw_in_ebml(file: BinaryIO, size: int) -> str | None:
    """Walk over segments, clusters and blocks; every element must be one that belongs there."""
    at = 0
    while at < size:
        file.seek(at)
        header = file.read(12)
        ident, ident_length = _ebml_number(header, keep_marker=True)
        length, length_length = _ebml_number(header[ident_length:], keep_marker=False)
        start = at + ident_length + length_length
        if ident not in EBML_KNOWN:
            return f"The file is broken at byte {at:,}."
        if ident in EBML_MASTERS:
            at = start
            continue
        at = start + length
    return _missing(at, size)


def _flaw_in_packets(file: BinaryIO, size: int) -> str | None:
    """Every packet of a transport stream starts with the same byte (ISO/IEC 13818-1, section 2.4.3.2)."""
    file.seek(0)
    for at in range(0, size, TS_BLOCK):
        wrong = np.flatnonzero(np.frombuffer(file.read(TS_BLOCK), np.uint8)[::TS_PACKET] != TS_SYNC[0])
        if wrong.size:
            return f"The file is broken at byte {at + int(wrong[0]) * TS_PACKET:,}."
    return _missing(-(-size // TS_PACKET) * TS_PACKET, size)


def _ebml_number(data: bytes, *, keep_marker: bool) -> tuple[int, int]:
    """Read a variable-length number: its value and its length, which the first bit set gives, in bytes."""
    if not data or not data[0]:
        return 0, 1
    length = 9 - data[0].bit_length()
    value = int.from_bytes(data[:length], "big")
    return (value if keep_marker else value & ((1 << 7 * length) - 1)), length

"""Landlock: a process gives up files and TCP for itself (Linux 5.13, userspace-api/landlock)."""

from __future__ import annotations

import ctypes
import os

# The numbers are the same on all processors.
CREATE_RULESET, RESTRICT_SELF = 444, 446
ASK_VERSION = 1  # a flag
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # by version: how many rights on files there are
TCP_RIGHTS, SCOPES = 0b11, 0b11  # bind and connect, from version 4; abstract sockets and signals, from 6

_libc = ctypes.CDLL(None, use_errno=True)


def forbid_files_and_network() -> None:
    """Open, make, run and remove no file from now on, by any path, and make no TCP connection.

    Open files stay usable. Needs "no new privileges".

    Raises
    ------
    OSError
        The kernel has no Landlock, or may not use it.
    """
    version = _call(CREATE_RULESET, None, 0, ASK_VERSION)
    files = (1 << FILE_RIGHTS[min(version, max(FILE_RIGHTS))]) - 1
    rights = (ctypes.c_uint64 * 3)(files, TCP_RIGHTS if version >= 4 else 0, SCOPES if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8  # bytes of the struct that this version knows
    ruleset = _call(CREATE_RULESET, rights, size, 0)
    try:
        _call(RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _call(number: int, *arguments: object) -> int:
    given = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    result: int = _libc.syscall(number, *given)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result

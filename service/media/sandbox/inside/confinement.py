"""How a worker gives up all that it does not need; Linux, without privileges.

Everything here is for one process of one thread, and cannot be undone.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import signal
from dataclasses import dataclass, field

from service.background import NICENESS
from service.media.sandbox.inside.landlock import forbid_files_and_network
from service.media.sandbox.inside.syscalls import ALLOWED, AT_EMPTY_PATH, OPEN_FILES_STATE, OWN_LIMITS
from service.media.sandbox.job import CPU_TO_OPEN_S, Job, cpu_seconds_for

try:
    import pyseccomp  # type: ignore[import-untyped]
except (ImportError, RuntimeError) as error:  # not installed, or it finds no libseccomp
    pyseccomp = None
    NO_FILTER = str(error)

# linux/prctl.h, linux/capability.h
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
CAPABILITY_VERSION_3 = 0x20080522
MAX_FILES = 16  # descriptors

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Confinement:
    """What confines a worker.

    Attributes
    ----------
    by
        Names of what is applied.
    missing
        What this machine does not allow, and why.
    """

    by: list[str] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)


def die_with(template: int) -> None:
    """Be killed when the process of this number, which is the parent, ends."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != template:  # it has ended already
        os._exit(0)


def own_address_space() -> int:
    """Bytes that this process has mapped, most of them libraries."""
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def take_limits(job: Job, born_with: int) -> None:
    """Bound what depends on the job: memory beside that it was born with, and CPU time."""
    memory = born_with + job.memory_bytes
    most = resource.RLIM_INFINITY if job.cpu_s is None else job.cpu_s
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_TO_OPEN_S, most))


class CpuTime:
    """Lets a worker have CPU time as the video goes on, within the hard limit.

    A header's length is only a claim, so that time is given for what has been decoded.
    """

    def __init__(self) -> None:
        self._covered_s = 0.0

    def cover(self, seconds: float) -> None:
        """Allow for a video that is at least so long."""
        if seconds < self._covered_s:
            return
        self._covered_s = 2 * max(seconds, 1.0)
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        wanted = cpu_seconds_for(self._covered_s)
        allowed = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, most))


def give_up_rights() -> Confinement:
    """Give up capabilities, new privileges, other files, the network and all system calls but a few.

    The process also steps back behind the service's own threads, as :mod:`service.background` has it.
    """
    done = Confinement(by=["limits of memory and CPU time"])
    os.setpriority(os.PRIO_PROCESS, 0, max(os.getpriority(os.PRIO_PROCESS, 0), NICENESS))
    steps = {
        "no new file contents, few descriptors, no core dumps": _limit_files,
        "no capabilities": _drop_capabilities,
        "no new privileges": _no_new_privileges,
        "no other files and no TCP (Landlock)": forbid_files_and_network,
        "few system calls (seccomp)": _filter_system_calls,
    }
    for name, step in steps.items():
        try:
            step()
        except OSError as error:
            done.missing[name] = str(error)
        else:
            done.by.append(name)
    return done


def _limit_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (MAX_FILES, MAX_FILES))


def _drop_capabilities() -> None:
    """For a service that runs as root; others have none."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    none = (ctypes.c_uint32 * 6)()  # effective, permitted and inheritable, 64 bits each
    _check(_libc.capset(header, none))


def _no_new_privileges() -> None:
    _check(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _check(_libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))


def _filter_system_calls() -> None:
    """All that is not on the list fails with EPERM: sockets, exec, opening and making files, threads, ..."""
    if pyseccomp is None:
        raise OSError(errno.ENOSYS, NO_FILTER)
    rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
    own_limits, open_file = pyseccomp.Arg(0, pyseccomp.EQ, 0), pyseccomp.Arg(3, pyseccomp.EQ, AT_EMPTY_PATH)
    conditions: dict[str, list[object]] = {name: [] for name in ALLOWED}
    conditions |= {OWN_LIMITS: [own_limits], **{name: [open_file] for name in OPEN_FILES_STATE}}
    for name, arguments in conditions.items():
        if pyseccomp.resolve_syscall(pyseccomp.system_arch(), name) >= 0:  # not every processor has them all
            rules.add_rule(pyseccomp.ALLOW, name, *arguments)
    rules.load()


def _check(result: int) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))

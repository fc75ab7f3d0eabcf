"""The system calls that decoding an open file takes; a worker may make no other."""

from __future__ import annotations

# Reading the file, and the line to the service. Nothing here opens, makes or connects anything.
FILES = (
    *("read", "readv", "pread64", "lseek", "_llseek", "fstat", "fstat64", "close", "dup", "fcntl", "fcntl64"),
    *("recvmsg", "recvfrom", "recv", "sendmsg", "sendto", "send", "poll", "ppoll"),
)
MEMORY = ("brk", "mmap", "mmap2", "munmap", "mremap", "mprotect", "madvise")
TIME = ("clock_gettime", "clock_gettime64", "gettimeofday", "clock_nanosleep", "nanosleep")
PROCESS = (
    *("exit", "exit_group", "futex", "futex_time64", "sched_yield", "getpid", "gettid", "getrandom"),
    *("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall", "tgkill"),
    *("sched_getaffinity", "getrusage", "rseq", "set_robust_list"),
)
ALLOWED = (*FILES, *MEMORY, *TIME, *PROCESS)
OWN_LIMITS = "prlimit64"  # allowed for the process itself: within its hard limits, which it cannot raise
OPEN_FILES_STATE = ("newfstatat", "fstatat64")  # glibc's fstat; allowed with the flag that means an open file
AT_EMPTY_PATH = 0x1000

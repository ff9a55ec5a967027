"""Ends a process at its n-th write, rename or fsync, whoever makes it: with SIGKILL, by ptrace(2) of Linux.

What is wrapped in Python sees nothing of what SQLite or libpq do. Here the kernel stops the process before each system call that it
makes, and the one that is asked for never happens.
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

# ptrace(2), sys/ptrace.h
_TRACE_ME, _SYSCALL, _SET_OPTIONS, _GET_SYSCALL_INFO = 0, 24, 0x4200, 0x420E
_TRACE_SYSGOOD, _EXIT_KILL = 0x1, 0x100000
_ENTRY = 1

#: Numbers of system calls by machine, as the kernel's headers have them.
_NUMBERS = {
    "x86_64": {
        "write": 1, "pwrite64": 18, "writev": 20, "sendto": 44, "recvfrom": 45, "poll": 7, "ppoll": 271, "fsync": 74, "fdatasync": 75,
        "truncate": 76, "ftruncate": 77, "rename": 82, "mkdir": 83, "unlink": 87, "mkdirat": 258, "unlinkat": 263, "renameat": 264,
        "renameat2": 316,
    },
    "aarch64": {
        "write": 64, "pwrite64": 68, "writev": 66, "sendto": 206, "recvfrom": 207, "ppoll": 73, "fsync": 82, "fdatasync": 83,
        "truncate": 45, "ftruncate": 46, "mkdirat": 34, "unlinkat": 35, "renameat": 38, "renameat2": 276,
    },
}  # fmt: skip
FILES = ("write", "pwrite64", "writev", "fsync", "fdatasync", "truncate", "ftruncate", "rename", "renameat", "renameat2",
         "mkdir", "mkdirat", "unlink", "unlinkat")  # fmt: skip
#: Before a statement goes to a server, and before its answer is looked for.
SOCKETS = ("sendto", "recvfrom", "poll", "ppoll")


def can_trace() -> bool:
    """Whether this machine lets a process trace its child."""
    try:
        return platform.machine() in _NUMBERS and not ended_at(1_000_000, FILES, lambda: None)
    except OSError:
        return False


def ended_at(number: int, calls: Collection[str], work: Callable[[], object]) -> bool:
    """Whether the work, in a process of its own, was ended at its n-th call of these; else it came to its end.

    Raises OSError where it can't be traced, AssertionError where it failed by itself.
    """
    known = _NUMBERS[platform.machine()]
    wanted = {known[name] for name in calls if name in known}
    child = os.fork()
    if child == 0:
        code = 70
        try:
            if _ptrace(_TRACE_ME, 0, 0, 0) < 0:
                os._exit(71)
            os.kill(os.getpid(), signal.SIGSTOP)
            work()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if not os.WIFSTOPPED(status):
        raise OSError("a process can't be traced here")
    _ptrace(_SET_OPTIONS, child, 0, _TRACE_SYSGOOD | _EXIT_KILL)
    left, passed_on = number, 0
    while True:
        _ptrace(_SYSCALL, child, 0, passed_on)
        _, status = os.waitpid(child, 0)
        if not os.WIFSTOPPED(status):
            assert os.waitstatus_to_exitcode(status) == 0, "the work failed"
            return False
        passed_on = os.WSTOPSIG(status)
        if passed_on == signal.SIGTRAP | 0x80:
            passed_on = 0
            if _entered(child) in wanted:
                left -= 1
                if left == 0:
                    os.kill(child, signal.SIGKILL)
                    os.waitpid(child, 0)
                    return True


def _entered(child: int) -> int | None:
    """The number of the system call that the process is about to make; None where it just made one."""
    info = (ctypes.c_uint8 * 88)()
    if _ptrace(_GET_SYSCALL_INFO, child, len(info), ctypes.addressof(info)) < 0:
        raise OSError("the kernel does not say which call it is (Linux 5.3 or later does)")
    return int.from_bytes(bytes(info[24:32]), "little") if info[0] == _ENTRY else None


def _ptrace(request: int, pid: int, address: int, data: int) -> int:
    function = ctypes.CDLL(None, use_errno=True).ptrace
    function.restype = ctypes.c_long
    function.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    return int(function(request, pid, address, data))
